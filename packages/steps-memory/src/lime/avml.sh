# shellcheck shell=bash
# Takes the memory with AVML, which needs no module: it reads what the kernel shows, and writes LiME's format. Needs
# iomem.sh and walk.sh, and avml in the folder of the dump.
# directory. Prints what dump.sh prints.

dump_avml() {
  local folder tainted digest ranges errors
  folder="$ROOT$(param directory)/cordon-$CORDON_KEY"
  [[ -f $folder/avml ]] || fail MODULE_GONE 'the program that was fetched is not there any more'
  chmod 700 "$folder/avml"
  tainted=$(cat "$ROOT/proc/sys/kernel/tainted")
  # Without --compress: compressed it is another format, which no walk over headers can follow.
  if ! errors=$("$folder/avml" "$folder/mem.lime" 2>&1); then
    rm -f -- "$folder/avml" "$folder/mem.lime"
    fail AVML_FAILED "$(tr -cd 'A-Za-z0-9 :._-' <<<"$errors" | cut -c1-200)"
  fi
  rm -f -- "$folder/avml"
  ranges=$(walk "$folder/mem.lime")
  digest=$(sha256sum <"$folder/mem.lime" | cut -d ' ' -f 1)
  printf '{"size":"%d","sha256":"%s","ranges":"%s","ram":"%d","taintedBefore":"%d","taintedAfter":"%d","loaded":"0"}\n' \
    "$(stat -c %s "$folder/mem.lime")" "$digest" "$ranges" "$(ram_bytes)" "$tainted" \
    "$(cat "$ROOT/proc/sys/kernel/tainted")"
}
once dump_avml
