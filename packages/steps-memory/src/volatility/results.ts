import { text } from 'node:stream/consumers';
import { tarReader } from '@cordon/analysis';
import * as v from 'valibot';

/** A row as volatility's JSON renderer writes it: columns by name. What an image holds is the intruder's. */
const Row = v.record(v.string(), v.unknown());
export type Row = v.InferOutput<typeof Row>;
const Rows = v.array(Row);

/** More rows than any host has processes or sockets: a forged list has no end. */
const MOST_ROWS = 200_000;

/** What each plugin said, by the name of its class. */
export type PluginRows = ReadonlyMap<string, readonly Row[]>;

/** A column as text; empty where volatility had nothing. */
export function column(row: Row, name: string): string {
  const value = row[name];
  return value === null || value === undefined || typeof value === 'object' ? '' : String(value);
}

/** Undefined: it is no list of rows. */
function parse(json: string): readonly Row[] | undefined {
  try {
    return v.parse(Rows, JSON.parse(json));
  } catch {
    return undefined;
  }
}

/** Told of a plugin whose rows are not all there, in a word. */
export type TellMissing = (plugin: string, what: 'unreadable' | 'too long') => void;

/** Reads the archive that `volatility.sh` has packed. */
export async function readResults(
  archive: AsyncIterable<Uint8Array>,
  tell: TellMissing = () => undefined,
): Promise<PluginRows> {
  const found = new Map<string, readonly Row[]>();
  for await (const file of tarReader(archive).files(() => undefined)) {
    const plugin = /^volatility\/([A-Za-z_]+)\.json$/.exec(file.path)?.[1];
    if (plugin === undefined || file.type !== 'file') continue;
    const rows = parse(await text(file.content()));
    if (rows === undefined) tell(plugin, 'unreadable');
    else if (rows.length > MOST_ROWS) tell(plugin, 'too long');
    found.set(plugin, (rows ?? []).slice(0, MOST_ROWS));
  }
  return found;
}
