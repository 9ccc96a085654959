import type { Finding, Observation } from '@cordon/core';
import { isAtLeast } from '../engine/severity.js';
import type { Story } from '../story/correlate.js';
import { isSystemProgram } from '../story/traits.js';

/** Something to look for elsewhere. Values may be the intruder's. */
export interface Indicator {
  /** `ssh-key`: a fingerprint as `ssh-keygen -l` and sshd's log write it. */
  readonly type: 'ip' | 'domain' | 'file-path' | 'account' | 'sha256' | 'ssh-key';
  readonly value: string;
}

type Seen = Pick<Observation, 'entity' | 'excerpt' | 'reasons' | 'severity'>;

/** What other hosts should be searched for: of the finding, of the story, and of what is high or above. */
export function indicatorsOf(
  story: Story,
  observations: readonly Seen[],
  finding?: Pick<Finding, 'remote'>,
): readonly Indicator[] {
  const bad = observations.filter(({ severity }) => isAtLeast(severity, 'high'));
  const entities = (prefix: string) =>
    bad.flatMap(({ entity }) => (entity.startsWith(prefix) ? [entity.slice(prefix.length)] : []));
  return [
    ...story.addresses.map((value): Indicator => ({ type: 'ip', value })),
    ...distinct([...(finding?.remote.domains ?? []), ...entities('domain:')]).map(
      (value): Indicator => ({ type: 'domain', value }),
    ),
    ...distinct(bad.flatMap(digestsOf)).map((value): Indicator => ({ type: 'sha256', value })),
    ...story.files.map((value): Indicator => ({ type: 'file-path', value })),
    ...story.users.map((value): Indicator => ({ type: 'account', value })),
    ...distinct(entities('key:')).map((value): Indicator => ({ type: 'ssh-key', value })),
  ];
}

/** Of programs that reasons name; the shell that every host has would be found on every host. */
function digestsOf({ entity, excerpt, reasons = [] }: Seen): readonly string[] {
  if (isSystemProgram({ entity, excerpt })) return [];
  return reasons.flatMap((reason) => /^SHA-256 of the program: ([0-9a-f]{64})$/.exec(reason)?.[1] ?? []);
}

function distinct(values: readonly string[]): readonly string[] {
  return [...new Set(values)];
}

/** `type,value` lines. A cell that a spreadsheet would take for a formula begins with an apostrophe. */
export function indicatorsCsv(indicators: readonly Indicator[]): string {
  const cell = (text: string) => `"${text.replace(/^[=+\-@\t\r]/, "'$&").replaceAll('"', '""')}"`;
  return ['type,value', ...indicators.map(({ type, value }) => `${type},${cell(value)}`)]
    .map((line) => `${line}\n`)
    .join('');
}
