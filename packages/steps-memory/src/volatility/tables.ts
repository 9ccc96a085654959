import { column, type PluginRows, type Row } from './results.js';

/** A field of our tables: one line, no tabs. */
function field(value: string): string {
  const names: Readonly<Record<string, string>> = { '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r' };
  return value.replace(/[\\\t\n\r]/g, (character) => names[character] ?? '');
}

function table(columns: readonly string[], rows: readonly (readonly string[])[]): string {
  return [columns, ...rows.map((row) => row.map(field))].map((row) => `${row.join('\t')}\n`).join('');
}

const PROCESS_COLUMNS = 'pid ppid uid start_ticks state comm exe exe_deleted exe_sha256 cwd cmdline'.split(
  ' ',
);
const SOCKET_COLUMNS = 'proto local_addr local_port remote_addr remote_port state uid inode pid'.split(' ');

const rowsOf = (results: PluginRows, plugin: string) => results.get(plugin) ?? [];

/** A path as volatility gives it: of a file that is gone it begins with a blank, and of none it is `N/A`. */
const pathOf = (value: string) => (value.trim().startsWith('/') ? value.trim() : '');

/** Where a program lies in memory; libraries lie above. */
const LIBRARIES_FROM = 0x7f00_0000_0000;

/**
 * What the kernel says that each process runs; where a release of volatility does not ask it, the first program that is
 * mapped into the process, unless its first page was not in memory.
 */
function programs(results: PluginRows): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const row of rowsOf(results, 'ProcessSpoofing')) {
    const path = pathOf(column(row, 'Exe_Path'));
    if (path !== '') found.set(column(row, 'PID'), path);
  }
  for (const row of rowsOf(results, 'Elfs')) {
    const [pid, path] = [column(row, 'PID'), pathOf(column(row, 'File Path'))];
    if (!found.has(pid) && path !== '' && Number(column(row, 'Start')) < LIBRARIES_FROM) found.set(pid, path);
  }
  return found;
}

/** Who writes an image with LiME is in it, loading a module: what it says of that is no finding. */
const OUR_DUMP = /^insmod \S+\/cordon-[\w-]+\/lime\.ko path=/;

function processes(results: PluginRows): string {
  const commands = new Map(
    rowsOf(results, 'PsAux').map((row) => [column(row, 'PID'), column(row, 'ARGS').trimEnd()]),
  );
  const exes = programs(results);
  const rows = rowsOf(results, 'PsList').map((row) => {
    const pid = column(row, 'PID');
    const comm = column(row, 'COMM');
    const args = commands.get(pid) ?? '';
    // For kernel threads the plugin gives the name in brackets. Anybody can write our words over its own arguments: the
    // process stays in the table, and what it runs is judged.
    const command = args === `[${comm}]` || OUR_DUMP.test(args) ? '' : args;
    const exe = exes.get(pid) ?? '';
    const deleted = exe.endsWith('(deleted)') ? '1' : '0';
    return [pid, column(row, 'PPID'), column(row, 'UID'), '', '', comm, exe, deleted, '', '', command];
  });
  return table(PROCESS_COLUMNS, rows);
}

const PROTOCOL_OF: Readonly<Record<string, string>> = { AF_INET: '', AF_INET6: '6' };

function socket(row: Row): readonly (readonly string[])[] {
  const family = PROTOCOL_OF[column(row, 'Family')];
  const protocol = column(row, 'Proto').toLowerCase();
  if (family === undefined || !/^(tcp|udp|raw)$/.test(protocol)) return [];
  const state = column(row, 'State').replace(/^TCP_/, '');
  return [
    [
      `${protocol}${family}`,
      column(row, 'Source Addr'),
      column(row, 'Source Port'),
      column(row, 'Destination Addr'),
      column(row, 'Destination Port'),
      state,
      '',
      '',
      column(row, 'PID'),
    ],
  ];
}

/** One socket may be the input, the output and the errors of a shell: it is still one. */
function sockets(results: PluginRows): readonly (readonly string[])[] {
  const rows = rowsOf(results, 'Sockstat').flatMap(socket);
  return [...new Map(rows.map((row) => [row.join('\t'), row])).values()];
}

function environment(results: PluginRows): string {
  const rows = rowsOf(results, 'Envars').map((row) => [
    column(row, 'PID'),
    column(row, 'KEY'),
    column(row, 'VALUE'),
  ]);
  return table(['pid', 'name', 'value'], rows);
}

/** Letters of /proc/modules for how a module has tainted the kernel, and volatility's words for them. */
const TAINTS = [
  ['P', 'PROPRIETARY_MODULE'],
  ['O', 'OOT_MODULE'],
  ['F', 'FORCED_MODULE'],
  ['C', 'CRAP'],
  ['E', 'UNSIGNED_MODULE'],
] as const;

function modules(results: PluginRows): string {
  return rowsOf(results, 'Lsmod')
    .map((row) => {
      const words = column(row, 'Taints').split(',');
      const letters = TAINTS.flatMap(([letter, word]) => (words.includes(word) ? letter : [])).join('');
      const name = field(column(row, 'Module Name')).replaceAll(' ', '_');
      return `${name} ${column(row, 'Code Size') || 0} 0 - Live 0x0${letters === '' ? '' : ` (${letters})`}\n`;
    })
    .join('');
}

const HOME = /^(?:\/[\w-][\w.-]{0,63}){1,6}\/?$/;

/** Where each process's user is at home, as its environment says; root's where it does not. */
function homes(results: PluginRows): ReadonlyMap<string, string> {
  const rows = rowsOf(results, 'Envars').filter((row) => column(row, 'KEY') === 'HOME');
  return new Map(
    rows.flatMap((row) => {
      const home = column(row, 'VALUE');
      return HOME.test(home) ? [[column(row, 'PID'), home.replace(/\/$/, '')] as const] : [];
    }),
  );
}

/** Commands out of the memory of shells, as histories of their users: what was typed and perhaps never written. */
function histories(results: PluginRows): ReadonlyMap<string, string> {
  const at = homes(results);
  const texts = new Map<string, string>();
  for (const row of rowsOf(results, 'Bash')) {
    const path = `fs${at.get(column(row, 'PID')) ?? '/root'}/.bash_history`;
    const typed = Date.parse(column(row, 'CommandTime'));
    const stamp = Number.isNaN(typed) ? '' : `#${Math.floor(typed / 1000)}\n`;
    texts.set(path, `${texts.get(path) ?? ''}${stamp}${column(row, 'Command').replaceAll('\n', ' ')}\n`);
  }
  return texts;
}

/** What volatility found, in the layout of a live triage, so that the same analyses judge it. */
export function liveTables(results: PluginRows): ReadonlyMap<string, string> {
  const tables: readonly (readonly [string, string])[] = [
    ['live/processes.tsv', processes(results)],
    ['live/sockets.tsv', table(SOCKET_COLUMNS, sockets(results))],
    ['live/environ.tsv', environment(results)],
    ['live/modules.txt', modules(results)],
    ...histories(results),
  ];
  // An empty history would look wiped.
  return new Map(tables.filter(([, content]) => content !== ''));
}
