# shellcheck shell=bash
# Takes the memory through /proc/kcore, where no module may be loaded: the kernel's own view of System RAM, range by
# range, with LiME's headers before them. Loads nothing. Needs iomem.sh and walk.sh.
# directory. Prints what dump.sh prints.

CORE="$ROOT/proc/kcore"
# What a program header says where the kernel tells no physical address.
NO_ADDRESS=18446744073709551615

word_at() {
  local word
  word=$(od --address-radix=n --endian=little --format="u$2" --skip-bytes="$1" --read-bytes="$2" "$CORE")
  printf '%s' "${word// /}"
}

# Lines "PHYSICAL SIZE OFFSET" of the loadable segments (ELF-64: type at 0, offset at 8, physical at 24, memory size at 40).
segments() {
  local table entry count i at physical
  table=$(word_at 32 8)
  entry=$(word_at 54 2)
  count=$(word_at 56 2)
  for ((i = 0; i < count; i++)); do
    at=$((table + i * entry))
    [[ $(word_at "$at" 4) == 1 ]] || continue
    physical=$(word_at $((at + 24)) 8)
    # Above half of the address space lies no memory, and bash would take it for negative.
    [[ $physical != "$NO_ADDRESS" ]] || continue
    ((physical >= 0)) || continue
    printf '%s %s %s\n' "$physical" "$(word_at $((at + 40)) 8)" "$(word_at $((at + 8)) 8)"
  done
}

# Lines "START END OFFSET": where a segment and System RAM meet.
overlaps() {
  local start end from to physical size offset
  while read -r start end; do
    [[ -n $start ]] || continue
    while read -r physical size offset; do
      from=$((start > physical ? start : physical))
      to=$((end < physical + size - 1 ? end : physical + size - 1))
      if ((from <= to)); then printf '%d %d %d\n' "$from" "$to" $((offset + from - physical)); fi
    done <"$1"
  done <<<"$(ram_ranges)"
}

# The same without what is shown twice: the kernel's own text and data have a segment of their own beside that of all
# memory.
pieces() {
  local from to offset next=0
  overlaps "$1" | sort -k1,1n -k2,2nr | while read -r from to offset; do
    if ((from < next)); then
      offset=$((offset + next - from))
      from=$next
    fi
    ((from <= to)) || continue
    printf '%d %d %d\n' "$from" "$to" "$offset"
    next=$((to + 1))
  done
}

little_endian() {
  local value=$1 bytes=$2 i escapes='' octal
  for ((i = 0; i < bytes; i++)); do
    printf -v octal '\\%03o' $(((value >> (8 * i)) & 255))
    escapes+=$octal
  done
  printf '%b' "${escapes//\\/\\0}"
}

write_piece() {
  little_endian "$LIME_MAGIC" 4
  little_endian 1 4
  little_endian "$1" 8
  little_endian "$2" 8
  little_endian 0 8
  dd if="$CORE" iflag=skip_bytes,count_bytes,fullblock bs=1M status=none skip="$3" count="$(($2 - $1 + 1))"
}

write_all() {
  local start end offset
  while read -r start end offset; do write_piece "$start" "$end" "$offset"; done <"$1"
}

dump_kcore() {
  local folder tainted digest ranges
  folder="$ROOT$(param directory)/cordon-$CORDON_KEY"
  mkdir -p "$folder"
  tainted=$(cat "$ROOT/proc/sys/kernel/tainted")
  segments >"$folder/segments"
  pieces "$folder/segments" >"$folder/pieces"
  [[ -s $folder/pieces ]] || fail KCORE_UNREADABLE 'the kernel shows none of its memory there'
  digest=$(write_all "$folder/pieces" | tee "$folder/mem.lime" | sha256sum | cut -d ' ' -f 1) ||
    fail DUMP_SHORT 'the memory could not be read to its end, or the disk is full'
  rm -f -- "$folder/segments" "$folder/pieces"
  ranges=$(walk "$folder/mem.lime")
  printf '{"size":"%d","sha256":"%s","ranges":"%s","ram":"%d","taintedBefore":"%d","taintedAfter":"%d","loaded":"0"}\n' \
    "$(stat -c %s "$folder/mem.lime")" "$digest" "$ranges" "$(ram_bytes)" "$tainted" "$tainted"
}
once dump_kcore
