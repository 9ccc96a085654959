# shellcheck shell=bash
# Brings what takes the memory onto the host, and keeps it only when it is what the catalogue names. Runs nothing of it.
# directory; tool: lime.ko or avml; url: where it lies; sha: what it must hash to.
# Prints {"fetched": "1"}.

fetch() {
  local folder tool
  folder="$ROOT$(param directory)/cordon-$CORDON_KEY"
  tool=$(param tool)
  [[ $tool =~ ^(lime\.ko|avml)$ ]] || fail BAD_PARAMETER tool
  mkdir -p "$folder"
  # The URL is written to standard input: what stands in the list of processes is everybody's.
  printf 'url = "%s"\n' "$(param url)" |
    curl --silent --show-error --fail --retry 5 --retry-all-errors --connect-timeout 10 --config - \
      --output "$folder/$tool" || fail MODULE_NOT_FETCHED 'it could not be read from its store'
  if [[ $(sha256sum <"$folder/$tool" | cut -d ' ' -f 1) != "$(param sha)" ]]; then
    rm -f -- "$folder/$tool"
    fail MODULE_MISMATCH 'it is not the one that the catalogue names'
  fi
  printf '{"fetched":"1"}\n'
}
once fetch
