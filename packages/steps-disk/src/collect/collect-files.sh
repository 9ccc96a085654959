# shellcheck shell=bash
# Packs what tells of an intrusion, from the mounted evidence, into one archive per volume: fs/... the files,
# meta/files.tsv a line for every file of the file systems, meta/capabilities.txt those with rights of root in an
# attribute, meta/left-out.tsv what did not fit, meta/collection.json how it was made.
# volumes: "vol-1=/mnt/evidence/vol-1/nvme1n1p1,/mnt/...;vol-2=..."; maxfile, maxtotal: bytes.
# Prints {"vol-1": "size sha256 files left-out unread", ...}.

# What fails within $(...) must end the script too: an archive that was half packed is none.
shopt -s inherit_errexit

WORK="$ROOT/var/tmp/cordon-$CORDON_KEY"
MAX_FILE=$(param maxfile)
MAX_TOTAL=$(param maxtotal)

# Where intruders leave traces, on the root file system of a Linux host.
PLACES=(etc root home tmp var/tmp dev/shm var/log var/spool var/www srv opt usr/local usr/lib/systemd lib/systemd
  var/lib/dpkg/status var/lib/dpkg/info var/lib/cloud var/lib/wtmpdb var/lib/lastlog boot/grub)

# Names may hold tabs and newlines: each field is escaped by itself. NUL-separated fields in, lines of $1 columns out.
as_table() {
  local dashes=() i
  for ((i = 0; i < $1; i++)); do dashes+=(-); done
  sed -z 's/\\/\\\\/g; s/\t/\\t/g; s/\n/\\n/g; s/\r/\\r/g' | tr '\0' '\n' | paste -d '\t' "${dashes[@]}"
}

# A damaged file system ("Bad message" after noload) costs what cannot be read, not the rest.
list_files() {
  (
    cd "$1" || exit
    find . -xdev -mindepth 1 -printf '%P\0%y\0%m\0%U\0%G\0%s\0%A@\0%T@\0%C@\0%i\0%l\0' 2>>"$WORK/unread" || true
  ) | as_table 11
}

# As getcap prints it, where there is one. The archive has the attribute too, of what is packed.
list_capabilities() {
  if command -v getcap >/dev/null; then (cd "$1" && getcap -r . 2>/dev/null) || true; fi
}

# behind_link BASE PLACE: whether a folder on the way to it is a link. What that leads to may be no evidence at all.
behind_link() {
  local rest=$2 path=$1
  while [[ $rest == */* ]]; do
    path+=/${rest%%/*} rest=${rest#*/}
    if [[ -L $path ]]; then return 0; fi
  done
  return 1
}

# The link /lib is on every host, and leads to a place of its own. What other links lead to is not packed, and named.
name_links() {
  local place
  [[ -e $1/etc/passwd ]] || return 0
  for place in "${PLACES[@]}"; do
    if [[ $place != lib/* ]] && { behind_link "$1" "$place" || [[ -L $1/$place ]]; }; then
      left=$((left + 1))
      printf '%s\0%s\0' "$place" 0 >>"$WORK/left-out"
    fi
  done
}

# Type, size and name of all that lies in the places. Nothing is followed, nothing special is taken: a FIFO would wait
# for ever.
list_places() {
  local base=$1 place found=()
  if [[ -e $base/etc/passwd ]]; then
    for place in "${PLACES[@]}"; do
      if behind_link "$base" "$place"; then continue; fi
      if [[ -e $base/$place || -L $base/$place ]]; then found+=("./$place"); fi
    done
  else
    found=(.)
  fi
  (
    cd "$base" || exit
    find "${found[@]}" -xdev ! -path . \( -type f -o -type l -o -type d \) -printf '%y\0%s\0%p\0' 2>>"$WORK/unread" || true
  )
}

# Chooses what goes into the archive, in the order of the places: "$WORK/list"; what does not fit is counted and named.
# So many fields at a time: a farm of links has millions, and all at once they would not fit into the memory. What is
# counted is what the archive grows by: blocks of 512 bytes, one of them for a link, too, and more for a long name.
choose() {
  local base=$1 i size bytes path
  local -a fields=()
  name_links "$base"
  list_places "$base" >"$WORK/candidates"
  while mapfile -d '' -n 30000 -u 8 fields && ((${#fields[@]} > 0)); do
    for ((i = 0; i + 2 < ${#fields[@]}; i += 3)); do
      size=0 path=${fields[i + 2]}
      if [[ ${fields[i]} == f ]]; then size=${fields[i + 1]}; fi
      bytes=$((512 + (size + 511) / 512 * 512))
      if ((${#path} > 90)); then bytes=$((bytes + 512 + (${#path} + 511) / 512 * 512)); fi
      if ((size > MAX_FILE || total + bytes > MAX_TOTAL)); then
        left=$((left + 1))
        printf '%s\0%s\0' "${path#./}" "$size" >&7
      else
        total=$((total + bytes)) files=$((files + 1))
        printf '%s\0' "$path"
      fi
    done
  done >"$WORK/list" 7>>"$WORK/left-out" 8<"$WORK/candidates"
}

prefix_of() {
  if [[ -e $1/etc/passwd ]]; then printf 'fs'; else printf 'fs/%s' "${1##*/}"; fi
}

# Whole files, also where they are sparse or linked: an archive's short forms for those are not everywhere understood,
# and what is not understood is not looked at.
pack_mount() {
  local base=$1 prefix
  # A folder where nothing is mounted any more lies on this instance's own root: nothing is read from there.
  findmnt -n -M "$base" >/dev/null || fail NOT_MOUNTED "${base#"$ROOT"}"
  prefix=$(prefix_of "$base")
  list_files "$base" >>"$meta/meta/files.tsv"
  list_capabilities "$base" >>"$meta/meta/capabilities.txt"
  choose "$base"
  tar --append --file "$archive" --directory "$base" --transform "flags=r;s,^\./,$prefix/," --hard-dereference \
    --xattrs --xattrs-include=security.capability --ignore-failed-read --null --no-recursion \
    --files-from "$WORK/list" 2>"$WORK/tar-errors" ||
    fail PACKING_FAILED "$(tail -n 1 "$WORK/tar-errors" | tr -cd 'A-Za-z0-9 .:/_-')"
  cat "$WORK/tar-errors" >>"$WORK/unread"
}

pack_volume() {
  local volume=$1 mounts=$2 mount meta archive="$WORK/$1.tar" files=0 left=0 total=0 unread
  meta="$WORK/$volume"
  mkdir -p "$meta/meta"
  printf 'path\ttype\tmode_octal\tuid\tgid\tsize\tatime\tmtime\tctime\tinode\tlink\n' >"$meta/meta/files.tsv"
  rm -f "$archive"
  : >"$WORK/unread"
  : >"$WORK/left-out"
  for mount in ${mounts//,/ }; do pack_mount "$ROOT$mount"; done
  unread=$(wc -l <"$WORK/unread")
  { printf 'path\tsize\n' && as_table 2 <"$WORK/left-out"; } >"$meta/meta/left-out.tsv"
  printf '{"volume":"%s","mounts":"%s","files":%d,"leftOut":%d,"unread":%d,"maxFileBytes":%d,"maxTotalBytes":%d,"tar":"%s","find":"%s"}\n' \
    "$volume" "$mounts" "$files" "$left" "$unread" "$MAX_FILE" "$MAX_TOTAL" "$(version_of tar)" "$(version_of find)" \
    >"$meta/meta/collection.json"
  tar --append --file "$archive" --directory "$meta" meta
  gzip -f -1 "$archive"
  printf '"%s":"%s %s %d %d %d"' "$volume" "$(stat -c %s "$archive.gz")" "$(sha256sum <"$archive.gz" | cut -d ' ' -f 1)" \
    "$files" "$left" "$unread"
}

version_of() { "$1" --version 2>/dev/null | head -n 1 | tr -cd 'A-Za-z0-9. ()'; }

collect() {
  local volumes entry separator='' answer='{'
  [[ $MAX_FILE =~ ^[0-9]{1,15}$ && $MAX_TOTAL =~ ^[0-9]{1,15}$ ]] || fail BAD_PARAMETER 'maxfile, maxtotal'
  mkdir -p "$WORK"
  IFS=';' read -r -a volumes <<<"$(param volumes)"
  for entry in "${volumes[@]}"; do
    [[ $entry =~ ^vol-[0-9a-f]{8,17}=(/mnt/evidence/[a-zA-Z0-9/_-]+,?)+$ ]] || fail BAD_PARAMETER volumes
    answer+="$separator$(pack_volume "${entry%%=*}" "${entry#*=}")"
    separator=,
  done
  printf '%s}\n' "$answer"
}
once collect
