# shellcheck shell=bash
# Loads LiME, which writes the memory and returns, and takes it out again. Needs iomem.sh and walk.sh, and lime.ko in the
# folder of the dump.
# directory.
# Prints {"size": ..., "sha256": ..., "ranges": "start-end,...", "ram": bytes, "taintedBefore": ..., "taintedAfter": ...,
# "loaded": 0 or 1}.

explain() {
  case $1 in
    *'Operation not permitted'*) fail LOCKDOWN 'the kernel is locked down: it loads only modules that it can verify' ;;
    *'Key was rejected'* | *'Required key not available'*) fail MODULE_REFUSED 'the kernel does not know its signature' ;;
    *'Invalid module format'*) fail MODULE_WRONG_KERNEL 'the module is for another kernel' ;;
    *'File exists'*) fail LIME_LOADED_ALREADY 'a module of that name is loaded already' ;;
    *) fail INSMOD_FAILED "$(tr -cd 'A-Za-z0-9 :._-' <<<"$1" | cut -c1-200)" ;;
  esac
}

is_loaded() {
  if grep -q '^lime ' "$ROOT/proc/modules"; then printf 1; else printf 0; fi
}

dump() {
  local folder before errors digest ranges
  folder="$ROOT$(param directory)/cordon-$CORDON_KEY"
  [[ -f $folder/lime.ko ]] || fail MODULE_GONE 'the module that was fetched is not there any more'
  before=$(cat "$ROOT/proc/sys/kernel/tainted")
  # It blocks until the memory is written, and stays loaded.
  if ! errors=$(insmod "$folder/lime.ko" "path=$folder/mem.lime" format=lime digest=sha256 timeout=0 2>&1); then
    rm -f -- "$folder/lime.ko" "$folder/mem.lime" "$folder/mem.lime.sha256"
    explain "$errors"
  fi
  rmmod lime || true
  rm -f -- "$folder/lime.ko"
  ranges=$(walk "$folder/mem.lime")
  digest=$(cat "$folder/mem.lime.sha256")
  [[ $digest =~ ^[0-9a-f]{64}$ ]] || fail DUMP_SHORT 'LiME gave no digest: the disk was full'
  printf '{"size":"%d","sha256":"%s","ranges":"%s","ram":"%d","taintedBefore":"%d","taintedAfter":"%d","loaded":"%d"}\n' \
    "$(stat -c %s "$folder/mem.lime")" "$digest" "$ranges" "$(ram_bytes)" "$before" \
    "$(cat "$ROOT/proc/sys/kernel/tainted")" "$(is_loaded)"
}
once dump
