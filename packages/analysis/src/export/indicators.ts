import { createHash } from 'node:crypto';
import type { Story } from '../story/correlate.js';

/** Something to look for elsewhere. */
export interface Indicator {
  readonly type: 'ip' | 'file-path' | 'account' | 'sha256';
  readonly value: string;
}

/** What other hosts should be searched for: of the story, and hashes of programs that reasons name. */
export function indicatorsOf(
  story: Story,
  observations: readonly { readonly reasons?: readonly string[] | undefined }[],
): readonly Indicator[] {
  const hashes = observations.flatMap(({ reasons = [] }) =>
    reasons.flatMap((reason) => /^SHA-256 of the program: ([0-9a-f]{64})$/.exec(reason)?.[1] ?? []),
  );
  return [
    ...story.addresses.map((value): Indicator => ({ type: 'ip', value })),
    ...[...new Set(hashes)].map((value): Indicator => ({ type: 'sha256', value })),
    ...story.files.map((value): Indicator => ({ type: 'file-path', value })),
    ...story.users.map((value): Indicator => ({ type: 'account', value })),
  ];
}

/** `type,value` lines. A cell that a spreadsheet would take for a formula begins with an apostrophe. */
export function indicatorsCsv(indicators: readonly Indicator[]): string {
  const cell = (text: string) => `"${text.replace(/^[=+\-@\t\r]/, "'$&").replaceAll('"', '""')}"`;
  return ['type,value', ...indicators.map(({ type, value }) => `${type},${cell(value)}`)]
    .map((line) => `${line}\n`)
    .join('');
}

/** A STIX 2.1 bundle. Ids are made from the values: the same indicators make the same bundle. */
export function stixBundle(indicators: readonly Indicator[], createdAt: string): object {
  const objects = indicators.flatMap((indicator) => {
    const pattern = patternOf(indicator);
    if (pattern === undefined) return [];
    return [
      {
        type: 'indicator',
        spec_version: '2.1',
        id: `indicator--${uuidOf(pattern)}`,
        created: createdAt,
        modified: createdAt,
        valid_from: createdAt,
        pattern,
        pattern_type: 'stix',
        name: `${indicator.type} ${indicator.value}`,
        indicator_types: ['compromised'],
      },
    ];
  });
  return { type: 'bundle', id: `bundle--${uuidOf(JSON.stringify(objects))}`, objects };
}

function patternOf({ type, value }: Indicator): string | undefined {
  const quoted = `'${value.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
  if (type === 'ip') return `[${value.includes(':') ? 'ipv6-addr' : 'ipv4-addr'}:value = ${quoted}]`;
  if (type === 'sha256') return `[file:hashes.'SHA-256' = ${quoted}]`;
  if (type === 'account') return `[user-account:account_login = ${quoted}]`;
  const slash = value.lastIndexOf('/');
  const name = `'${value
    .slice(slash + 1)
    .replaceAll('\\', '\\\\')
    .replaceAll("'", "\\'")}'`;
  return slash < 0
    ? undefined
    : `[file:name = ${name} AND file:parent_directory_ref.path = ${folderOf(value, slash)}]`;
}

function folderOf(path: string, slash: number): string {
  return `'${path.slice(0, Math.max(1, slash)).replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}

/** A version 5 shaped UUID from a text. */
function uuidOf(text: string): string {
  const digest = createHash('sha256').update(text).digest('hex');
  return `${digest.slice(0, 8)}-${digest.slice(8, 12)}-5${digest.slice(13, 16)}-8${digest.slice(17, 20)}-${digest.slice(20, 32)}`;
}
