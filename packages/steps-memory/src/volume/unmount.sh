# shellcheck shell=bash
# Lets go of the volume with the dump, so that it can be taken off. Harmless twice.
# directory.
# Prints {"removed": "1"}.

folder="$ROOT$(param directory)/cordon-$CORDON_KEY"
if grep -q '^lime ' "$ROOT/proc/modules"; then rmmod lime || true; fi
if findmnt -n -M "$folder" >/dev/null; then
  sync
  # Lazily where something still holds it: the volume must go in any case.
  umount "$folder" || umount -l "$folder" || fail NOT_UNMOUNTED 'the volume cannot be unmounted'
fi
if [[ -d $folder ]]; then rmdir "$folder" || fail NOT_UNMOUNTED 'the folder is not empty'; fi
printf '{"removed":"1"}\n'
