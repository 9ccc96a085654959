# shellcheck shell=bash
# Puts a file to the store. Put before the scripts that need it.

# $1: the file. sheet: where the line "1 URL" lies. The URL is written to curl's standard input: what stands in the list
# of processes is everybody's.
put_archive() {
  local sheet part url
  sheet=$(printf 'url = "%s"\n' "$(param sheet)" |
    curl --silent --show-error --fail --retry 5 --retry-all-errors --connect-timeout 10 --config -) ||
    fail SHEET_NOT_READ 'the sheet with the upload URL could not be read'
  read -r part url <<<"$sheet"
  [[ $part == 1 ]] || fail SHEET_INVALID 'it begins with something else than part 1'
  printf 'url = "%s"\n' "$url" |
    curl --silent --show-error --fail --retry 5 --retry-all-errors --connect-timeout 10 --speed-limit 1024 --speed-time 60 \
      --config - --upload-file "$1" >/dev/null || fail UPLOAD_FAILED 'the archive could not be uploaded'
}
