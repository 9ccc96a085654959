# shellcheck shell=bash
# The headers of a LiME image. Put before the scripts that make one.

LIME_MAGIC=$((0x4C694D45))

# Little-endian words of a header at an offset: magic version start end.
read_header() {
  od --address-radix=n --endian=little --format=u4 --skip-bytes="$2" --read-bytes=8 "$1"
  od --address-radix=n --endian=little --format=u8 --skip-bytes="$(($2 + 8))" --read-bytes=16 "$1"
}

# Prints "start-end,...". A full disk gives a short dump and no error: only headers that lead to exactly the end prove
# that all is there.
walk() {
  local size offset=0 magic version start end ranges=''
  size=$(stat -c %s "$1")
  while ((offset < size)); do
    read -r magic version start end <<<"$(read_header "$1" "$offset" | tr '\n' ' ')"
    [[ ${magic:-0} == "$LIME_MAGIC" && ${version:-0} == 1 && ${end:-} != '' ]] ||
      fail DUMP_INVALID "no header at byte $offset"
    ((end >= start)) || fail DUMP_INVALID "a range that ends before it begins, at byte $offset"
    ranges+="${ranges:+,}$start-$end"
    offset=$((offset + 32 + end - start + 1))
  done
  ((offset == size && size > 0)) || fail DUMP_SHORT "the last range ends at byte $offset, the file at $size"
  printf '%s' "$ranges"
}

# Bytes of memory in "start-end,...".
range_bytes() {
  local total=0 range
  for range in ${1//,/ }; do total=$((total + ${range#*-} - ${range%-*} + 1)); done
  printf '%d' "$total"
}
