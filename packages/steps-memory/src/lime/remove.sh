# shellcheck shell=bash
# Takes everything of the dump off the host. Harmless twice.
# Prints {"removed": "1"}.
if grep -q '^lime ' "$ROOT/proc/modules"; then rmmod lime || fail MODULE_STILL_LOADED 'LiME cannot be taken out'; fi
rm -rf -- "$ROOT$(param directory)/cordon-$CORDON_KEY" "$ROOT/dev/shm/part-$CORDON_KEY"
printf '{"removed":"1"}\n'
