# shellcheck shell=bash
# Puts parts of the dump to the store. Harmless twice: a part that is sent again replaces itself.
# directory; scratch: folder for the piece that is sent, where it is not to lie beside the dump; partsize: bytes; sheet:
# where lines of "PART URL" lie.
# Prints {"sent": "12"}.

# cut_out PART PIECE: S3 wants a length before the bytes, so the piece is cut out first.
cut_out() {
  dd if="$FOLDER/mem.lime" of="$2" bs=1M iflag=skip_bytes,count_bytes status=none \
    skip=$((($1 - 1) * PART_SIZE)) count="$PART_SIZE" && return 0
  rm -f -- "$2"
  return 1
}

put_part() {
  local part=$1 url=$2 piece="$SCRATCH/part-$CORDON_KEY" spare="$ROOT/dev/shm/part-$CORDON_KEY"
  # A disk may have filled up since the dump was written: in memory, which is safe by now, there may be room for a piece.
  if ! cut_out "$part" "$piece"; then
    piece=$spare
    cut_out "$part" "$piece" || fail NO_SPACE "neither the disk nor the memory has room for part $part"
  fi
  # The URL is written to standard input: what stands in the list of processes is everybody's.
  printf 'url = "%s"\n' "$url" |
    curl --silent --show-error --fail --retry 5 --retry-all-errors --connect-timeout 10 --speed-limit 1024 \
      --speed-time 60 --config - --upload-file "$piece" >/dev/null || {
    rm -f -- "$spare"
    fail UPLOAD_FAILED "part $part"
  }
  rm -f -- "$piece"
}

FOLDER="$ROOT$(param directory)/cordon-$CORDON_KEY"
SCRATCH=$FOLDER
if [[ -n $(param_or scratch '') ]]; then SCRATCH="$ROOT$(param scratch)"; fi
PART_SIZE=$(param partsize)
[[ $PART_SIZE =~ ^[0-9]{1,12}$ ]] || fail BAD_PARAMETER partsize
[[ -f $FOLDER/mem.lime ]] || fail DUMP_GONE 'the dump is not there any more'
sheet=$(printf 'url = "%s"\n' "$(param sheet)" |
  curl --silent --show-error --fail --retry 5 --retry-all-errors --connect-timeout 10 --config -) ||
  fail SHEET_NOT_READ 'the sheet with the upload URLs could not be read'
sent=0
while read -r part url; do
  [[ $part =~ ^[0-9]{1,5}$ ]] || fail SHEET_INVALID 'a line does not begin with a part'
  put_part "$part" "$url"
  sent=$((sent + 1))
done <<<"$sheet"
printf '{"sent":"%d"}\n' "$sent"
