# shellcheck shell=bash
# Loads LiME, which writes the memory and returns, and takes it out again. Walks the headers of what was written.
# directory; module: URL of the module; modulesha: what it must hash to.
# Prints {"size": ..., "sha256": ..., "ranges": "start-end,...", "taintedBefore": ..., "taintedAfter": ...}.

MAGIC=$((0x4C694D45))

# Little-endian words of a header at an offset: magic version start end.
read_header() {
  od --address-radix=n --endian=little --format=u4 --skip-bytes="$2" --read-bytes=8 "$1"
  od --address-radix=n --endian=little --format=u8 --skip-bytes="$(($2 + 8))" --read-bytes=16 "$1"
}

# A full disk gives a short dump and no error: only headers that lead to exactly the end prove that all is there.
walk() {
  local size offset=0 magic version start end ranges=''
  size=$(stat -c %s "$1")
  while ((offset < size)); do
    read -r magic version start end <<<"$(read_header "$1" "$offset" | tr '\n' ' ')"
    [[ ${magic:-0} == "$MAGIC" && ${version:-0} == 1 && ${end:-} != '' ]] || fail DUMP_INVALID "no header at byte $offset"
    ranges+="${ranges:+,}$start-$end"
    offset=$((offset + 32 + end - start + 1))
  done
  ((offset == size && size > 0)) || fail DUMP_SHORT "the last range ends at byte $offset, the file at $size"
  printf '%s' "$ranges"
}

fetch_module() {
  curl --silent --show-error --fail --retry 5 --retry-all-errors --connect-timeout 10 --output "$1" "$(param module)" ||
    fail MODULE_NOT_FETCHED 'the module could not be read from its store'
  [[ $(sha256sum <"$1" | cut -d ' ' -f 1) == "$(param modulesha)" ]] ||
    fail MODULE_MISMATCH 'the module is not the one that the catalogue names'
}

explain() {
  case $1 in
    *'Operation not permitted'*) fail LOCKDOWN 'the kernel takes no module that it cannot verify' ;;
    *'Invalid module format'*) fail MODULE_WRONG_KERNEL 'the module is for another kernel' ;;
    *'File exists'*) fail LIME_LOADED_ALREADY 'a module of that name is loaded already' ;;
    *) fail INSMOD_FAILED "$(tr -cd 'A-Za-z0-9 :._-' <<<"$1" | cut -c1-200)" ;;
  esac
}

dump() {
  local folder before errors digest size ranges
  folder="$ROOT$(param directory)/cordon-$CORDON_KEY"
  mkdir -p "$folder"
  before=$(cat "$ROOT/proc/sys/kernel/tainted")
  fetch_module "$folder/lime.ko"
  # It blocks until the memory is written, and stays loaded.
  if ! errors=$(insmod "$folder/lime.ko" "path=$folder/mem.lime" format=lime digest=sha256 timeout=0 2>&1); then
    rm -rf -- "$folder"
    explain "$errors"
  fi
  rmmod lime || true
  ranges=$(walk "$folder/mem.lime") || exit 65
  digest=$(cat "$folder/mem.lime.sha256")
  [[ $digest =~ ^[0-9a-f]{64}$ ]] || fail DUMP_SHORT 'LiME gave no digest: the disk was full'
  size=$(stat -c %s "$folder/mem.lime")
  printf '{"size":"%d","sha256":"%s","ranges":"%s","taintedBefore":"%d","taintedAfter":"%d"}\n' \
    "$size" "$digest" "$ranges" "$before" "$(cat "$ROOT/proc/sys/kernel/tainted")"
}
once dump
