# shellcheck shell=bash disable=SC2154
# The live state of the host as plain text, packed and put to the store. Needs the other scripts of this folder.
# sheet: where the URL for the upload lies; longest: seconds that it may look; quick: key of the quick triage.
# Leaves nothing behind. Prints {"size": "...", "sha256": "...", "utc": "...", "late": "...", "quick": "...", "large": "..."}:
# large: how many files were too large to be taken.

# Longest time for hashing the running programs.
# shellcheck disable=SC2034
HASH_SECONDS=4

# What the quick triage has kept comes along as `quick/`. The intruder may have had his hands on it: its digests go with
# the answer, to be compared with those that were told before.
take_quick() {
  local kept name
  kept="$ROOT/run/cordon-quick-$(param quick)"
  quick_digests=''
  [[ -d $kept && ! -L $kept ]] || return 0
  mkdir "$live/quick"
  for name in clock.txt sockets.tsv processes.tsv modules.txt mounts.txt meminfo.txt iomem.txt tainted.txt; do
    if [[ -f $kept/$name && ! -L $kept/$name ]]; then cat -- "$kept/$name" >"$live/quick/$name"; fi
  done
  for name in sockets.tsv processes.tsv; do
    if [[ -e $live/quick/$name ]]; then quick_digests+="$(sha256sum <"$live/quick/$name" | cut -d ' ' -f 1) "; fi
  done
  rm -rf -- "$kept"
}

triage() {
  local late large=0 quick_digests='' archive="$work/triage.tar.gz" uptime btime
  collect_within "$(param_or longest 20)" sockets kernel processes rest
  late=$REPLY
  if [[ -e $live/left-out.tsv ]]; then large=$(grep -c $'^f\t' "$live/left-out.tsv") || true; fi
  if [[ -n $(param_or quick '') ]]; then take_quick; fi
  tar --create --gzip --file "$archive" --directory "$work" live
  read_utc
  put_archive "$archive"
  printf '{"size":"%s","sha256":"%s","utc":"%s","late":"%s","quick":"%s","large":"%d"}\n' "$(stat -c %s "$archive")" \
    "$(sha256sum <"$archive" | cut -d ' ' -f 1)" "$REPLY" "$late" "${quick_digests% }" "$large"
}

mkdir -p "$ROOT/run"
work=$(mktemp -d "$ROOT/run/cordon-triage.XXXXXX")
trap 'rm -rf -- "$work"' EXIT
live="$work/live"
mkdir "$live"
triage
