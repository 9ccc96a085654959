import type { JournalEntry } from '../../src/parsers/journal/journal-parser.js';

/** A value as `journalctl -o json -a` prints it: text, or the bytes of what is none. */
function printed(value: Buffer): string | number[] {
  const text = value.toString('utf8');
  const isText = Buffer.from(text).equals(value) && !Array.from(text).some(isControl);
  return isText ? text : [...value];
}

function isControl(character: string): boolean {
  return character < ' ' && character !== '\n' && character !== '\t';
}

/** An entry as `journalctl -o json -a` prints it. */
export function asJournalctl({ fields, ...entry }: JournalEntry, seqnumId: string): object {
  const hex = (value: bigint) => value.toString(16);
  const named = Array.from(fields, ([name, values]) => [
    name,
    values.length === 1 ? printed(values[0] ?? Buffer.of()) : values.map(printed),
  ]);
  return {
    ...Object.fromEntries(named),
    __CURSOR: `s=${seqnumId};i=${hex(entry.seqnum)};b=${entry.bootId};m=${hex(entry.monotonicUs)};t=${hex(entry.realtimeUs)};x=${hex(entry.xorHash)}`,
    __REALTIME_TIMESTAMP: String(entry.realtimeUs),
    __MONOTONIC_TIMESTAMP: String(entry.monotonicUs),
  };
}
