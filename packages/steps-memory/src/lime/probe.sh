# shellcheck shell=bash
# What has to be known of the kernel before a module is loaded into it. Changes nothing. Needs iomem.sh.
# directory: where the dump would lie.
# Prints {"kernel": ..., "architecture": ..., "lockdown": "none", "ram": bytes, "free": bytes, "tainted": ...,
# "loaded": 0 or 1, "kcore": 0 or 1, "secureBoot": 0 or 1, "signaturesEnforced": 0 or 1}.

lockdown_mode() {
  local modes
  # [none] integrity confidentiality: the one in brackets is on; no file means no lockdown.
  if ! modes=$(cat "$ROOT/sys/kernel/security/lockdown" 2>/dev/null); then modes='[none]'; fi
  [[ $modes =~ \[([a-z]+)\] ]] || fail LOCKDOWN_UNKNOWN 'the kernel tells its lockdown in another form'
  printf '%s' "${BASH_REMATCH[1]}"
}

# It begins as an ELF file does, where it may be read at all.
has_kcore() {
  local start
  start=$(od --address-radix=n --format=x1 --read-bytes=4 "$ROOT/proc/kcore" 2>/dev/null) || start=''
  if [[ $start == ' 7f 45 4c 46' ]]; then printf 1; else printf 0; fi
}

# Four bytes of attributes, then the value: https://uefi.org/specs/UEFI/2.10/03_Boot_Manager.html
secure_boot() {
  local value
  value=$(od --address-radix=n --format=u1 --skip-bytes=4 --read-bytes=1 \
    "$ROOT/sys/firmware/efi/efivars/SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c" 2>/dev/null) || value=''
  if [[ ${value// /} == 1 ]]; then printf 1; else printf 0; fi
}

signatures_enforced() {
  local enforced
  if ! enforced=$(cat "$ROOT/sys/module/module/parameters/sig_enforce" 2>/dev/null); then enforced=N; fi
  if [[ $enforced == Y ]]; then printf 1; else printf 0; fi
}

directory=$(param directory)
[[ $directory == /* ]] || fail BAD_PARAMETER directory
[[ -d $ROOT$directory ]] || fail NO_SUCH_DIRECTORY 'the directory for the dump is not there'
free=$(df -B1 --output=avail "$ROOT$directory" | tail -n 1)
loaded=0
if grep -q '^lime ' "$ROOT/proc/modules"; then loaded=1; fi
printf '{"kernel":"%s","architecture":"%s","lockdown":"%s","ram":"%d","free":"%d","tainted":"%d","loaded":"%d","kcore":"%d","secureBoot":"%d","signaturesEnforced":"%d"}\n' \
  "$(uname -r | tr -cd 'A-Za-z0-9._+~-')" "$(uname -m | tr -cd 'A-Za-z0-9_')" "$(lockdown_mode)" "$(ram_bytes)" \
  "$((free))" "$(cat "$ROOT/proc/sys/kernel/tainted")" "$loaded" "$(has_kcore)" "$(secure_boot)" "$(signatures_enforced)"
