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

/** The first program that is mapped into each process is its own: libraries lie above it. */
function programs(results: PluginRows): ReadonlyMap<string, string> {
  const first = new Map<string, string>();
  for (const row of rowsOf(results, 'Elfs')) {
    const pid = column(row, 'PID');
    if (!first.has(pid)) first.set(pid, column(row, 'File Path'));
  }
  return first;
}

function processes(results: PluginRows): string {
  const commands = new Map(rowsOf(results, 'PsAux').map((row) => [column(row, 'PID'), column(row, 'ARGS')]));
  const exes = programs(results);
  const rows = rowsOf(results, 'PsList').map((row) => {
    const pid = column(row, 'PID');
    const comm = column(row, 'COMM');
    const args = commands.get(pid) ?? '';
    // For kernel threads the plugin gives the name in brackets.
    const command = args === `[${comm}]` ? '' : args;
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

function environment(results: PluginRows): string {
  const rows = rowsOf(results, 'Envars').map((row) => [
    column(row, 'PID'),
    column(row, 'KEY'),
    column(row, 'VALUE'),
  ]);
  return table(['pid', 'name', 'value'], rows);
}

function modules(results: PluginRows): string {
  return rowsOf(results, 'Lsmod')
    .map((row) => `${field(column(row, 'Module Name')).replaceAll(' ', '_')} 0 0 - Live 0x0\n`)
    .join('');
}

/** Commands out of the memory of shells, per user's history: what was typed and perhaps never written. */
function history(results: PluginRows): string {
  return rowsOf(results, 'Bash')
    .map((row) => {
      const at = Date.parse(column(row, 'CommandTime'));
      const stamp = Number.isNaN(at) ? '' : `#${Math.floor(at / 1000)}\n`;
      return `${stamp}${column(row, 'Command').replaceAll('\n', ' ')}\n`;
    })
    .join('');
}

/** What volatility found, in the layout of a live triage, so that the same analyses judge it. */
export function liveTables(results: PluginRows): ReadonlyMap<string, string> {
  const tables: readonly (readonly [string, string])[] = [
    ['live/processes.tsv', processes(results)],
    ['live/sockets.tsv', table(SOCKET_COLUMNS, rowsOf(results, 'Sockstat').flatMap(socket))],
    ['live/environ.tsv', environment(results)],
    ['live/modules.txt', modules(results)],
    ['fs/root/.bash_history', history(results)],
  ];
  // An empty history would look wiped.
  return new Map(tables.filter(([, content]) => content !== ''));
}
