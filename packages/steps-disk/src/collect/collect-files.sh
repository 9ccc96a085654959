# shellcheck shell=bash
# Packs what tells of an intrusion, from the mounted evidence, into one archive per volume: fs/... the files,
# meta/files.tsv a line for every file of the file systems, meta/collection.json how it was made.
# volumes: "vol-1=/mnt/evidence/vol-1/nvme1n1p1,/mnt/...;vol-2=..."; maxfile, maxtotal: bytes.
# Prints {"vol-1": "size sha256 files left-out unread", ...}.

WORK="$ROOT/var/tmp/cordon-$CORDON_KEY"
MAX_FILE=$(param maxfile)
MAX_TOTAL=$(param maxtotal)

# Where intruders leave traces, on the root file system of a Linux host.
PLACES=(etc root home tmp var/tmp dev/shm var/log var/spool var/www srv opt usr/local usr/lib/systemd lib/systemd
  var/lib/dpkg/status var/lib/dpkg/info var/lib/cloud boot/grub)

list_places() {
  local base=$1 place found=()
  if [[ -e $base/etc/passwd ]]; then
    for place in "${PLACES[@]}"; do
      if [[ -e $base/$place || -L $base/$place ]]; then found+=("./$place"); fi
    done
  else
    found=(.)
  fi
  # Nothing is followed, nothing special is read: a FIFO would wait for ever.
  cd "$base" && find "${found[@]}" -xdev \( -type f -size "-${MAX_FILE}c" -o -type l -o -type d \) -print0
}

# One line a file. Names may hold tabs and newlines: each field is escaped by itself.
list_files() {
  cd "$1" && find . -xdev -mindepth 1 -printf '%P\0%y\0%m\0%U\0%G\0%s\0%A@\0%T@\0%C@\0%i\0%l\0' |
    sed -z 's/\\/\\\\/g; s/\t/\\t/g; s/\n/\\n/g; s/\r/\\r/g' |
    tr '\0' '\n' |
    paste -d '\t' - - - - - - - - - - -
}

# The most that an archive may take, in the order of the places: what comes after is left out and counted.
within_total() {
  local base=$1 total=0 size path
  : >"$WORK/left-out"
  while IFS= read -r -d '' path; do
    size=0
    if [[ -f $base/$path && ! -L $base/$path ]]; then size=$(stat -c %s -- "$base/$path"); fi
    if ((total + size > MAX_TOTAL)); then
      printf '%s\0' "$path" >>"$WORK/left-out"
      continue
    fi
    total=$((total + size))
    printf '%s\0' "$path"
  done
}

prefix_of() {
  if [[ -e $1/etc/passwd ]]; then printf 'fs'; else printf 'fs/%s' "${1##*/}"; fi
}

pack_volume() {
  local volume=$1 mounts=$2 mount prefix meta archive="$WORK/$1.tar" files=0 left=0 unread=0
  meta="$WORK/$volume"
  mkdir -p "$meta/meta"
  printf 'path\ttype\tmode_octal\tuid\tgid\tsize\tatime\tmtime\tctime\tinode\tlink\n' >"$meta/meta/files.tsv"
  rm -f "$archive"
  for mount in ${mounts//,/ }; do
    prefix=$(prefix_of "$ROOT$mount")
    (list_files "$ROOT$mount") >>"$meta/meta/files.tsv"
    (list_places "$ROOT$mount") | within_total "$ROOT$mount" >"$WORK/list"
    files=$((files + $(tr -cd '\0' <"$WORK/list" | wc -c)))
    left=$((left + $(tr -cd '\0' <"$WORK/left-out" | wc -c)))
    # A file that cannot be read ("Bad message" after noload) is told, and the others are taken.
    # The directory counts for what stands behind it.
    tar --append --file "$archive" --directory "$ROOT$mount" --transform "flags=r;s,^\./,$prefix/," \
      --ignore-failed-read --sparse --null --no-recursion --files-from "$WORK/list" 2>"$WORK/tar-errors" ||
      fail PACKING_FAILED "$(tail -n 1 "$WORK/tar-errors" | tr -cd 'A-Za-z0-9 .:/_-')"
    unread=$((unread + $(wc -l <"$WORK/tar-errors")))
  done
  printf '{"volume":"%s","files":%d,"leftOut":%d,"unread":%d,"maxFileBytes":%d,"maxTotalBytes":%d,"tar":"%s"}\n' \
    "$volume" "$files" "$left" "$unread" "$MAX_FILE" "$MAX_TOTAL" "$(tar --version | head -n 1 | tr -cd 'A-Za-z0-9. ()')" \
    >"$meta/meta/collection.json"
  tar --append --file "$archive" --directory "$meta" meta
  gzip -f -1 "$archive"
  printf '"%s":"%s %s %d %d %d"' "$volume" "$(stat -c %s "$archive.gz")" "$(sha256sum <"$archive.gz" | cut -d ' ' -f 1)" \
    "$files" "$left" "$unread"
}

collect() {
  local volumes entry separator='' answer='{'
  mkdir -p "$WORK"
  IFS=';' read -r -a volumes < <(param volumes && printf '\n')
  for entry in "${volumes[@]}"; do
    [[ $entry =~ ^vol-[0-9a-f]{8,17}=(/mnt/evidence/[a-zA-Z0-9/_-]+,?)+$ ]] || fail BAD_PARAMETER volumes
    answer+="$separator$(pack_volume "${entry%%=*}" "${entry#*=}")"
    separator=,
  done
  printf '%s}\n' "$answer"
}
once collect
