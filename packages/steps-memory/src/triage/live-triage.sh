# shellcheck shell=bash disable=SC2154
# The live state of the host as plain text, packed and put to the store. Needs the other scripts of this folder.
# sheet: where the URL for the upload lies; longest: seconds that it may look. Leaves nothing behind.
# Prints {"size": "...", "sha256": "...", "utc": "...", "late": "..."}.

# Longest time for hashing the running programs.
# shellcheck disable=SC2034
HASH_SECONDS=4

put_archive() {
  local sheet part url
  sheet=$(curl --silent --show-error --fail --retry 5 --retry-all-errors --connect-timeout 10 "$(param sheet)") ||
    fail SHEET_NOT_READ 'the sheet with the upload URL could not be read'
  read -r part url <<<"$sheet"
  [[ $part == 1 ]] || fail SHEET_INVALID "it begins with something else than part 1"
  curl --silent --show-error --fail --retry 5 --retry-all-errors --connect-timeout 10 \
    --upload-file "$1" "$url" >/dev/null || fail UPLOAD_FAILED 'the archive could not be uploaded'
}

triage() {
  local late archive="$work/triage.tar.gz" name value utc=''
  collect_within "$(param_or longest 20)" sockets kernel processes rest
  late=$REPLY
  tar --create --gzip --file "$archive" --directory "$work" live
  put_archive "$archive"
  while read -r name value; do
    if [[ $name == utc ]]; then utc=$value; fi
  done <"$live/clock.txt"
  printf '{"size":"%s","sha256":"%s","utc":"%s","late":"%s"}\n' "$(stat -c %s "$archive")" \
    "$(sha256sum <"$archive" | cut -d ' ' -f 1)" "$utc" "$late"
}

mkdir -p "$ROOT/run"
work=$(mktemp -d "$ROOT/run/cordon-triage.XXXXXX")
trap 'rm -rf -- "$work"' EXIT
live="$work/live"
mkdir "$live"
triage
