# shellcheck shell=bash
# The System RAM of /proc/iomem. Put before the scripts that need it.

# Lines "START END", decimal, inclusive. Only top-level lines: what is nested in System RAM is counted with it.
ram_ranges() {
  local line
  while IFS= read -r line; do
    [[ $line =~ ^([0-9a-f]+)-([0-9a-f]+)\ :\ System\ RAM$ ]] || continue
    printf '%d %d\n' $((16#${BASH_REMATCH[1]})) $((16#${BASH_REMATCH[2]}))
  done <"$ROOT/proc/iomem"
}

ram_bytes() {
  local total=0 start end
  # No process substitution in scripts for suspects: it needs /dev/fd, which need not be there.
  while read -r start end; do
    if [[ -n $start ]]; then total=$((total + end - start + 1)); fi
  done <<<"$(ram_ranges)"
  printf '%d' "$total"
}
