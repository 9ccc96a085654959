# shellcheck shell=bash
# Runs Cordon's analysis program on the forensic host, over evidence out of the store.
# sheet: where lines of "KIND SIZE SHA256 URL" lie: program, order, evidence (as often as there is one, in the order's own
# order), where the image has no Node.js perhaps node, and progress (without size and hash), where to put how far it is.
# seconds: how long the program may take.
# Prints {"size": ..., "sha256": ..., "node": "v22.18.0"}: of the results, which stay here until they are uploaded; and
# where the program has told something beside them, that in base64 as "told".

shopt -s inherit_errexit
OLDEST_NODE=20
LEAST_MEMORY_MIB=512
MOST_MEMORY_MIB=8192
# For the results, and what else the host writes meanwhile.
SPARE_BYTES=$((2 * 1024 * 1024 * 1024))
# As base64 it stands in an answer, of which SSM shows 24,000 characters.
MOST_TOLD_BYTES=12000

read_sheet() {
  curl --silent --show-error --fail --retry 5 --retry-all-errors --connect-timeout 10 --config - --output "$WORK/sheet" \
    <<<"url = \"$(param sheet)\"" || fail SHEET_NOT_READ 'the sheet with the URLs could not be read'
}

# fetch KIND SIZE SHA256 URL FILE
fetch() {
  local kind=${1^^} file=$5
  printf 'url = "%s"\n' "$4" |
    curl --silent --show-error --fail --retry 5 --retry-all-errors --connect-timeout 10 --speed-limit 1024 --speed-time 60 \
      --config - --output "$file" || fail "${kind}_NOT_FETCHED" 'it could not be read from its store'
  [[ $(sha256sum <"$file" | cut -d ' ' -f 1) == "$3" ]] || fail "${kind}_MISMATCH" 'it is not what its hash says'
  chmod 444 "$file"
}

ensure_room() {
  local kind size rest free needed=$SPARE_BYTES
  while read -r kind size rest; do
    [[ $kind =~ ^[a-z]+$ && $size =~ ^[0-9]{1,15}$ ]] || fail SHEET_INVALID 'a line does not begin with a kind and a size'
    needed=$((needed + size))
  done <"$WORK/sheet"
  free=$(df -B1 --output=avail "$WORK" | tail -n 1)
  ((free > needed)) || fail NO_SPACE "it takes $needed bytes, and ${free// /} are free"
}

fetch_all() {
  local kind size sha url index=0
  mkdir -p "$WORK/evidence"
  while read -r kind size sha url; do
    # It stands in a config of curl's.
    [[ $url =~ ^https?://[^[:space:]\"\\]+$ ]] || fail SHEET_INVALID 'a line does not end in a URL'
    case $kind in
      program) fetch "$kind" "$size" "$sha" "$url" "$WORK/analysis-program.mjs" ;;
      order) fetch "$kind" "$size" "$sha" "$url" "$WORK/order.json" ;;
      node)
        fetch "$kind" "$size" "$sha" "$url" "$WORK/node"
        chmod 555 "$WORK/node"
        ;;
      evidence)
        fetch "$kind" "$size" "$sha" "$url" "$WORK/evidence/$index"
        index=$((index + 1))
        ;;
      progress) PROGRESS=$url ;;
      *) fail SHEET_INVALID 'a line is of no known kind' ;;
    esac
  done <"$WORK/sheet"
}

# Sets NODE and VERSION. That of the image first: it was made for this machine.
find_node() {
  local candidate found old=''
  for candidate in node nodejs "$ROOT/opt/cordon/node/bin/node" "$WORK/node"; do
    found=$("$candidate" --version 2>/dev/null) || continue
    [[ $found =~ ^v([0-9]{1,4})\.[0-9.]{1,20}$ ]] || continue
    old=$found
    ((BASH_REMATCH[1] >= OLDEST_NODE)) || continue
    NODE=$candidate VERSION=$found
    return 0
  done
  [[ -z $old ]] || fail NODE_TOO_OLD "$old is there"
  fail NODE_MISSING 'there is no Node.js'
}

# Sets HEAP, in MiB.
measure_memory() {
  local available
  available=$(awk '$1 == "MemAvailable:" { print int($2 / 1024) }' "$ROOT/proc/meminfo")
  ((${available:-0} >= LEAST_MEMORY_MIB)) || fail NO_MEMORY "${available:-0} MiB are free, it takes $LEAST_MEMORY_MIB"
  HEAP=$((available * 3 / 4))
  ((HEAP <= MOST_MEMORY_MIB)) || HEAP=$MOST_MEMORY_MIB
}

# The evidence is hostile and its parsers are many: nobody's rights, no network, bounded time and memory, and of the disk
# what lies here.
confined() {
  local -a as=()
  local permission
  if ((EUID == 0)); then
    as=(unshare --net setpriv --reuid=65534 --regid=65534 --clear-groups --no-new-privs)
  fi
  # It is called otherwise where it is still an experiment.
  permission=--permission
  if ! "$NODE" "$permission" --version >/dev/null 2>&1; then permission=--experimental-permission; fi
  unset NODE_OPTIONS NODE_PATH
  exec timeout --kill-after=10 "$GIVEN_SECONDS" "${as[@]}" "$NODE" --no-warnings "--max-old-space-size=$HEAP" \
    "$permission" "--allow-fs-read=$WORK/*" "--allow-fs-write=$WORK/out/*" "$WORK/analysis-program.mjs" "$WORK"
}

# Lines of "DONE TOTAL" in. That it cannot be told stops nothing.
tell_progress() {
  local done_bytes total
  while read -r done_bytes total; do
    [[ -n $PROGRESS && $done_bytes =~ ^[0-9]{1,15}$ && $total =~ ^[0-9]{1,15}$ ]] || continue
    printf '%s %s\n' "$done_bytes" "$total" >"$WORK/progress"
    printf 'url = "%s"\n' "$PROGRESS" |
      curl --silent --connect-timeout 5 --max-time 20 --config - --upload-file "$WORK/progress" >/dev/null 2>&1 || true
  done
}

explain() {
  case $1 in
    124) fail ANALYSIS_TIMED_OUT "it took longer than $GIVEN_SECONDS s" ;;
    134 | 137) fail ANALYSIS_OUT_OF_MEMORY "it took more than $HEAP MiB" ;;
    *) fail ANALYSIS_FAILED "it ended with $1: $(grep -m 1 Error "$WORK/errors" | tr -cd 'A-Za-z0-9 .:/_-' | head -c 200)" ;;
  esac
}

analyse() {
  local status=0 told='' results="$WORK/out/results.jsonl"
  [[ $GIVEN_SECONDS =~ ^[0-9]{1,6}$ ]] || fail BAD_PARAMETER seconds
  mkdir -p "$WORK/out"
  chmod 711 "$WORK"
  chmod 1777 "$WORK/out"
  read_sheet
  measure_memory
  ensure_room
  fetch_all
  chmod 711 "$WORK/evidence"
  find_node
  (confined) 2>"$WORK/errors" | tell_progress || status=$?
  rm -rf -- "$WORK/evidence" "$WORK/sheet"
  ((status == 0)) || explain "$status"
  if [[ -f $WORK/out/told.json ]]; then
    (($(stat -c %s "$WORK/out/told.json") <= MOST_TOLD_BYTES)) || fail TOLD_TOO_MUCH 'more than an answer holds'
    told=",\"told\":\"$(base64 -w 0 "$WORK/out/told.json")\""
  fi
  printf '{"size":"%s","sha256":"%s","node":"%s"%s}\n' "$(stat -c %s "$results")" \
    "$(sha256sum <"$results" | cut -d ' ' -f 1)" "$VERSION" "$told"
}

GIVEN_SECONDS=$(param seconds)
WORK="$ROOT/var/tmp/cordon-$CORDON_KEY"
PROGRESS=''
once analyse
