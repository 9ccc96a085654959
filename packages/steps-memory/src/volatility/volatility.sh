# shellcheck shell=bash
# Runs volatility over the memory image on the forensic host and packs what it says, one JSON file per plugin.
# image: URL of the image; imagesha, imagesize; plugins: names of their classes.
# symbols: folder of the symbol tables; tables: more of them, as `SHA URL SHA URL ...`.
# Prints {"available": "0"}, or {"available": "1", "size": ..., "sha256": ..., "plugins": "PsList=ok Bash=failed ..."}:
# ok, empty, no-symbols, failed, cut or absent.

PLUGIN_SECONDS=900
PLUGIN_MEMORY_KIB=$((12 * 1024 * 1024))
PLUGIN_BYTES=$((64 * 1024 * 1024))

# The image is hostile and the parser is large: nobody's rights, no network, bounded time, memory and output.
confined() {
  local -a as=()
  if ((EUID == 0)); then
    as=(unshare --net setpriv --reuid=65534 --regid=65534 --clear-groups --no-new-privs)
  fi
  (
    ulimit -v "$PLUGIN_MEMORY_KIB"
    # Before it reads its options it makes a cache folder in its home.
    export HOME="$WORK/cache" XDG_CACHE_HOME="$WORK/cache"
    exec timeout --kill-after=10 "$PLUGIN_SECONDS" "${as[@]}" "$@"
  )
}

fetch_image() {
  local free size
  size=$(param imagesize)
  free=$(df -B1 --output=avail "$WORK" | tail -n 1)
  ((free > size + 2 * 1024 * 1024 * 1024)) || fail NO_SPACE 'there is no room for the image'
  printf 'url = "%s"\n' "$(param image)" |
    curl --silent --show-error --fail --retry 5 --retry-all-errors --connect-timeout 10 --config - --output "$WORK/mem.lime" ||
    fail IMAGE_NOT_FETCHED 'the image could not be read from its store'
  [[ $(sha256sum <"$WORK/mem.lime" | cut -d ' ' -f 1) == "$(param imagesha)" ]] ||
    fail IMAGE_MISMATCH 'the image is not the one that was preserved'
  chmod 444 "$WORK/mem.lime"
}

# Which of a kernel's builds is in the image, volatility finds out: all that the catalogue has are put beside each other.
fetch_tables() {
  local -a words
  local i file
  mkdir -p "$WORK/symbols/linux"
  read -r -a words <<<"$(param_or tables '')"
  for ((i = 0; i < ${#words[@]}; i += 2)); do
    [[ ${words[i]} =~ ^[0-9a-f]{64}$ ]] || fail BAD_PARAMETER tables
    file="$WORK/symbols/linux/${words[i]}.json.gz"
    printf 'url = "%s"\n' "${words[i + 1]:-}" |
      curl --silent --show-error --fail --retry 5 --retry-all-errors --connect-timeout 10 --config - --output "$file" ||
      fail SYMBOLS_NOT_FETCHED 'a symbol table could not be read from its store'
    [[ $(sha256sum <"$file" | cut -d ' ' -f 1) == "${words[i]}" ]] ||
      fail SYMBOLS_MISMATCH 'a symbol table is not the one that the catalogue names'
  done
  chmod -R a+rX "$WORK/symbols"
}

# The full name of a plugin: they move between releases, so the help is asked.
full_name() {
  grep -oE "linux\.([a-z_]+\.)+$1\b" "$WORK/help" | sort -u | awk '/\.malware\./ { found = $0; exit } { found = found ? found : $0 } END { print found }'
}

# Sets REPLY to what became of it.
run_plugin() {
  local class=$1 name status
  name=$(full_name "$class") || name=''
  REPLY=absent
  [[ -n $name ]] || return 0
  if confined "$VOL" -q -r json --offline -s "$WORK/symbols;$SYMBOLS" --cache-path "$WORK/cache" -f "$WORK/mem.lime" "$name" \
    2>"$WORK/errors" | head -c "$PLUGIN_BYTES" >"$WORK/volatility/$class.json"; then
    status=ok
    # A dump that is short gives an empty list and no error.
    if [[ $(head -c 16 "$WORK/volatility/$class.json" | tr -d ' \n') == '[]' ]]; then status=empty; fi
  elif (($(stat -c %s "$WORK/volatility/$class.json") >= PLUGIN_BYTES)); then
    status='cut'
  elif grep -q 'Unable to validate' "$WORK/errors"; then
    status=no-symbols
  else
    status=failed
  fi
  head -c 4096 "$WORK/errors" >"$WORK/volatility/$class.errors"
  REPLY=$status
}

volatility() {
  local class plugins='' archive="$WORK/volatility.tar.gz"
  if ! VOL=$(command -v vol || command -v vol3 || command -v vol.py); then
    printf '{"available":"0"}\n'
    return 0
  fi
  SYMBOLS="$ROOT$(param symbols)"
  mkdir -p "$WORK/volatility" "$WORK/cache"
  chmod 711 "$WORK"
  chmod 1777 "$WORK/cache"
  fetch_image
  fetch_tables
  confined "$VOL" --help >"$WORK/help" 2>&1 || fail VOLATILITY_BROKEN 'it does not even tell its plugins'
  grep -o -m 1 'Volatility 3 Framework [0-9.]*' "$WORK/help" >"$WORK/volatility/version" || true
  for class in $(param plugins); do
    [[ $class =~ ^[A-Za-z_]+$ ]] || fail BAD_PARAMETER plugins
    run_plugin "$class"
    plugins+="${plugins:+ }$class=$REPLY"
  done
  rm -rf -- "$WORK/mem.lime" "$WORK/symbols" "$WORK/cache"
  tar --create --gzip --file "$archive" --directory "$WORK" volatility
  printf '{"available":"1","size":"%s","sha256":"%s","plugins":"%s"}\n' "$(stat -c %s "$archive")" \
    "$(sha256sum <"$archive" | cut -d ' ' -f 1)" "$plugins"
}

WORK="$ROOT/var/tmp/cordon-$CORDON_KEY"
mkdir -p "$WORK"
once volatility
