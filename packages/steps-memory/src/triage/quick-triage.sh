# shellcheck shell=bash disable=SC2154
# What fades first, kept in the host's own memory until the live triage takes it along: many implants wipe themselves
# when they lose their controller. Needs the other scripts of this folder.
# longest: seconds that it may look.
# Prints {"sockets": "sha256", "processes": "sha256", "utc": "...", "late": "..."}.

# shellcheck disable=SC2034
HASH_SECONDS=2

digest_of() {
  if [[ -e $live/$1 ]]; then sha256sum <"$live/$1" | cut -d ' ' -f 1; fi
}

quick() {
  local late
  collect_within "$(param_or longest 8)" sockets kernel processes
  late=$REPLY
  read_utc
  printf '{"sockets":"%s","processes":"%s","utc":"%s","late":"%s"}\n' \
    "$(digest_of sockets.tsv)" "$(digest_of processes.tsv)" "$REPLY" "$late"
}

mkdir -p "$ROOT/run"
work=$(mktemp -d "$ROOT/run/cordon-triage.XXXXXX")
trap 'rm -rf -- "$work"' EXIT
live="$ROOT/run/cordon-quick-$CORDON_KEY"
mkdir -p "$live"
once quick
