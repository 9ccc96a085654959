# shellcheck shell=bash
# What has to be known of the kernel before a module is loaded into it. Changes nothing.
# directory: where the dump would lie.
# Prints {"kernel": ..., "architecture": ..., "lockdown": "none", "ram": bytes, "free": bytes, "tainted": ..., "loaded": 0 or 1}.

ram_bytes() {
  local total=0 range rest
  while IFS= read -r line; do
    # Only top-level lines: what is nested in System RAM is counted with it.
    [[ $line =~ ^([0-9a-f]+)-([0-9a-f]+)\ :\ System\ RAM$ ]] || continue
    range=$((16#${BASH_REMATCH[1]})) rest=$((16#${BASH_REMATCH[2]}))
    total=$((total + rest - range + 1))
  done <"$ROOT/proc/iomem"
  printf '%d' "$total"
}

lockdown_mode() {
  local modes
  # [none] integrity confidentiality: the one in brackets is on; no file means no lockdown.
  if ! modes=$(cat "$ROOT/sys/kernel/security/lockdown" 2>/dev/null); then modes='[none]'; fi
  [[ $modes =~ \[([a-z]+)\] ]] || fail LOCKDOWN_UNKNOWN 'the kernel tells its lockdown in another form'
  printf '%s' "${BASH_REMATCH[1]}"
}

directory=$(param directory)
[[ $directory == /* ]] || fail BAD_PARAMETER directory
[[ -d $ROOT$directory ]] || fail NO_SUCH_DIRECTORY 'the directory for the dump is not there'
free=$(df -B1 --output=avail "$ROOT$directory" | tail -n 1)
loaded=0
if grep -q '^lime ' "$ROOT/proc/modules"; then loaded=1; fi
printf '{"kernel":"%s","architecture":"%s","lockdown":"%s","ram":"%d","free":"%d","tainted":"%d","loaded":"%d"}\n' \
  "$(uname -r | tr -cd 'A-Za-z0-9._+~-')" "$(uname -m | tr -cd 'A-Za-z0-9_')" "$(lockdown_mode)" "$(ram_bytes)" \
  "$((free))" "$(cat "$ROOT/proc/sys/kernel/tainted")" "$loaded"
