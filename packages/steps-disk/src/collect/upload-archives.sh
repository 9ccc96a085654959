# shellcheck shell=bash
# Puts the archives of `collect-files` to the store through presigned URLs.
# volumes: ids, separated by spaces; key: that of the step which made them; sheetN: where the Nth one's URL lies.
# Prints {"uploaded": "2"}. Harmless twice: the same bytes go to the same place.

upload() {
  local sheet part url
  sheet=$(curl --silent --show-error --fail --retry 5 --retry-connrefused --connect-timeout 10 "$2") || fail SHEET_NOT_READ "$1"
  read -r part url <<<"$sheet"
  [[ $part == 1 ]] || fail SHEET_INVALID "$1"
  curl --silent --show-error --fail --retry 5 --retry-all-errors --connect-timeout 10 --speed-limit 1024 --speed-time 60 \
    --upload-file "$WORK/$1.tar.gz" "$url" >/dev/null || fail UPLOAD_FAILED "$1"
}

upload_all() {
  local volume index=0
  for volume in $(param volumes); do
    [[ $volume =~ ^vol-[0-9a-f]{8,17}$ ]] || fail BAD_PARAMETER volumes
    upload "$volume" "$(param "sheet$index")"
    index=$((index + 1))
  done
  printf '{"uploaded":"%d"}\n' "$index"
}

KEY=$(param key)
[[ $KEY =~ ^[0-9a-f]{32}$ ]] || fail BAD_PARAMETER key
WORK="$ROOT/var/tmp/cordon-$KEY"
upload_all
