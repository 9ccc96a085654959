# shellcheck shell=bash
# Looks for deleted files with The Sleuth Kit and packs what it finds, one archive per volume: PARTITION/names.body (names,
# inodes and times, as mactime reads them), PARTITION/inodes.txt and open.txt (what ils tells of freed inodes, and of those
# that were deleted and still open), PARTITION/content/INODE what could be read back.
# parts: "vol-1|nvme1n1p1|ext4|/mnt/evidence/vol-1/nvme1n1p1;..."; maxfile, maxtotal: bytes.
# Prints {"available": "0"}, or {"available": "1", "unread": "vol|partition|reason;...", "vol-1": "size sha256 names recovered"}.
# What a list, the sizes, the number of files or the time leaves out is named as unread, too.

shopt -s inherit_errexit
TOOL_SECONDS=1200
TOOL_MEMORY_KIB=$((4 * 1024 * 1024))
LIST_BYTES=$((256 * 1024 * 1024))
MAX_INODES=20000
# A file of a broken file system may be read for ever; what was found must be packed before the command is ended.
FILE_SECONDS=300
LOOK_SECONDS=10800

# The file system is hostile and the parser is large: nobody's rights, no network, bounded time and memory.
confined() {
  local -a as=()
  if ((EUID == 0)); then
    as=(unshare --net setpriv --reuid=65534 --regid=65534 --clear-groups --no-new-privs)
  fi
  (
    ulimit -v "$TOOL_MEMORY_KIB"
    exec timeout --kill-after=10 "$TOOL_SECONDS" "${as[@]}" "$@"
  )
}

# The device of a part: never an overlay, on which a replay may have freed what was deleted and still open.
device_of_part() {
  if [[ $1 == */* ]]; then findmnt -n -o SOURCE -M "$ROOT$2"; else printf '/dev/%s' "$1"; fi
}

# Sets REPLY to a name of the device that nobody can read, and that nobody can write.
readable() {
  local device=$ROOT$1 numbers
  REPLY=$device
  ((EUID == 0)) && [[ -b $device ]] || return 0
  numbers=$(stat -Lc '%t %T' "$device")
  REPLY="$WORK/device"
  rm -f "$REPLY"
  mknod "$REPLY" b "$((16#${numbers% *}))" "$((16#${numbers#* }))"
  chown 65534:65534 "$REPLY"
  chmod 400 "$REPLY"
}

# As the tools call what mount has mounted.
kind_of() {
  case $1 in
    ext[234]) printf 'ext' ;;
    vfat) printf 'fat' ;;
    *) return 1 ;;
  esac
}

# note REASON: of the partition that is being looked at.
note() { unread+="$volume|$partition|$1;"; }

# list FILE WHAT COMMAND...: what the tool prints, cut where it has no end. A list that was cut is one still.
list() {
  local file=$1 what=$2 status=0
  shift 2
  confined "$@" 2>>"$folder/errors" | head -c "$LIST_BYTES" >"$file" || status=$?
  (($(stat -c %s "$file") >= LIST_BYTES)) || return "$status"
  note "the list of $what was cut at $LIST_BYTES bytes"
}

# recover KIND DEVICE FOLDER: numbers and sizes come from ils; what is empty, or was written over with nothing, is not kept.
recover() {
  local kind=$1 device=$2 folder=$3 inode fields size seen=0 left=0 TOOL_SECONDS=$FILE_SECONDS
  mkdir -p "$folder/content"
  cat "$folder/inodes.txt" "$folder/open.txt" >"$WORK/inodes"
  while IFS='|' read -r inode fields; do
    size=${fields##*|}
    [[ $inode =~ ^[0-9]{1,12}$ && $size =~ ^[0-9]{1,15}$ ]] || continue
    ((size > 0)) || continue
    if ((size > MAX_FILE || total + size > MAX_TOTAL || seen >= MAX_INODES || SECONDS > LOOK_SECONDS)); then
      left=$((left + 1))
      continue
    fi
    seen=$((seen + 1))
    confined icat -f "$kind" "$device" "$inode" 2>/dev/null | head -c "$MAX_FILE" >"$folder/content/$inode" || true
    if [[ -n $(tr -d '\0' <"$folder/content/$inode" | head -c 1) ]]; then
      total=$((total + size)) recovered=$((recovered + 1))
    else
      rm -f "$folder/content/$inode"
    fi
  done <"$WORK/inodes"
  ((left == 0)) || note "$left of them did not fit, or there was no time left to read them back"
}

look_at() {
  local volume=$1 partition=$2 filesystem=$3 path=$4 kind device folder="$WORK/$1/${2//\//_}"
  if ! kind=$(kind_of "$filesystem"); then
    note "The Sleuth Kit does not read $filesystem"
    return 0
  fi
  if ((SECONDS > LOOK_SECONDS)); then
    note 'there was no time left to look at it'
    return 0
  fi
  readable "$(device_of_part "$partition" "$path")"
  device=$REPLY
  mkdir -p "$folder"
  if ! list "$folder/names.body" 'deleted names' fls -f "$kind" -r -d -p -m / "$device"; then
    note 'fls cannot read it'
    rm -rf -- "$folder"
    rmdir "$WORK/$volume" 2>/dev/null || true
    return 0
  fi
  list "$folder/inodes.txt" 'freed inodes' ils -f "$kind" "$device" || note 'ils cannot list its freed inodes'
  # Allocated, and no link to them. (-O, which is said to be this, lists none on ext.)
  list "$folder/open.txt" 'open inodes' ils -f "$kind" -a -L "$device" || note 'ils cannot list what was deleted and still open'
  names=$((names + $(wc -l <"$folder/names.body")))
  recover "$kind" "$device" "$folder"
}

pack() {
  local volume=$1 archive="$WORK/$1.tar.gz"
  tar --create --gzip --file "$archive" --directory "$WORK" "$volume"
  rm -rf -- "${WORK:?}/$volume"
  printf '"%s":"%s %s %d %d"' "$volume" "$(stat -c %s "$archive")" "$(sha256sum <"$archive" | cut -d ' ' -f 1)" "$names" "$recovered"
}

look() {
  local part parts volume partition filesystem path last='' unread='' answer='' names=0 recovered=0 total=0
  [[ $MAX_FILE =~ ^[0-9]{1,15}$ && $MAX_TOTAL =~ ^[0-9]{1,15}$ ]] || fail BAD_PARAMETER 'maxfile, maxtotal'
  if ! fls -V >/dev/null 2>&1; then
    printf '{"available":"0"}\n'
    return 0
  fi
  mkdir -p "$WORK"
  chmod 711 "$WORK"
  IFS=';' read -r -a parts <<<"$(param parts)"
  for part in "${parts[@]}" '|||'; do
    IFS='|' read -r volume partition filesystem path <<<"$part"
    if [[ $volume != "$last" && -n $last && -d $WORK/$last ]]; then answer+=",$(pack "$last")"; fi
    if [[ $volume != "$last" ]]; then last=$volume names=0 recovered=0 total=0; fi
    [[ -n $volume ]] || continue
    [[ $volume =~ ^vol-[0-9a-f]{8,17}$ && $partition =~ ^[A-Za-z0-9_./+-]+$ && $filesystem =~ ^[a-z0-9]+$ ]] ||
      fail BAD_PARAMETER parts
    look_at "$volume" "$partition" "$filesystem" "$path"
  done
  printf '{"available":"1","unread":"%s"%s}\n' "$unread" "$answer"
}

MAX_FILE=$(param maxfile)
MAX_TOTAL=$(param maxtotal)
WORK="$ROOT/var/tmp/cordon-$CORDON_KEY"
once look
