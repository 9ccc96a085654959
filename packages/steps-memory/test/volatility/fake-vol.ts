/** What each plugin gives: rows, or how it fails. */
export type PluginOutput =
  | readonly object[]
  | { readonly rc: number; readonly errors: string; readonly output?: string };

/**
 * Volatility takes a symbol table whose banner stands in the image, byte for byte, and no other. An image of these tests
 * that says of no kernel needs none.
 */
const NEEDS_SYMBOLS = `banner=$(grep -a -o -m 1 'Linux version [ -~]*' "$image" || true)
if [[ -n $banner ]]; then
  wanted=$(printf '%s\\n\\0' "$banner" | base64 -w 0)
  IFS=';' read -r -a folders <<<"\${symbols:-}"
  for folder in "\${folders[@]}"; do cat "$folder"/linux/*.json.gz 2>/dev/null; done |
    { gzip -cd 2>/dev/null || true; } | grep -cF "$wanted" >/dev/null || {
    echo 'Unable to validate the plugin requirements: [plugins.PsList.kernel.symbol_table_name]' >&2
    exit 1
  }
fi`;

/** A `vol` that knows these plugins by their full names, and nothing of memory. */
export function fakeVol(plugins: Readonly<Record<string, PluginOutput>>): string {
  const help = Object.keys(plugins)
    .map((name) => `    ${name}`)
    .join('\n');
  const cases = Object.entries(plugins).map(([name, said]) => {
    if ('rc' in said)
      return `${name}) printf '%s' '${said.output ?? ''}'; echo '${said.errors}' >&2; exit ${said.rc} ;;`;
    const json = JSON.stringify(said, null, 2).replaceAll("'", "'\\''");
    return `${name}) printf '%s\\n' '${json}' ;;`;
  });
  // It makes a cache folder in its home before it reads its options.
  return `[[ $HOME == */cordon-*/cache ]] && touch "$HOME/probe" || exit 7
if [[ $* == *--help* ]]; then
cat <<'HELP'
Volatility 3 Framework 2.28.2
${help}
HELP
exit 0
fi
while (($# > 1)); do
  if [[ $1 == -f ]]; then image=$2; fi
  if [[ $1 == -s ]]; then symbols=$2; fi
  if [[ $1 == --cache-path ]]; then [[ -d $2 ]] || exit 9; fi
  shift
done
[[ -r \${image:-} ]] || exit 8
${NEEDS_SYMBOLS}
case $1 in
${cases.join('\n')}
*) echo "no plugin $1" >&2; exit 2 ;;
esac`;
}

/** A row of PsList. */
export const psList = (pid: number, comm: string, more: object = {}) => ({
  PID: pid,
  TID: pid,
  PPID: 1,
  COMM: comm,
  UID: 0,
  'CREATION TIME': '2026-11-19T00:00:00+00:00',
  __children: [],
  ...more,
});
