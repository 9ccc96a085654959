import { field, isRecord, spelling } from './lenient.js';
import { type FindingProblem, type PathSegment, problem } from './problem.js';

export type FindingForm = 'guardduty' | 'asff' | 'ocsf';

/** One finding as it lay in its envelopes. */
export interface Wrapped {
  readonly form: FindingForm;
  readonly value: Readonly<Record<string, unknown>>;
  readonly path: readonly PathSegment[];
}

export interface Unwrapped {
  readonly found: readonly Wrapped[];
  readonly problems: readonly FindingProblem[];
}

/** SQS around SNS around EventBridge around a list is six. */
const MAX_DEPTH = 10;

function formOf(value: unknown): FindingForm | undefined {
  if (!isRecord(value)) return undefined;
  if (value['class_uid'] !== undefined || isRecord(value['finding_info'])) return 'ocsf';
  if (value['ProductArn'] !== undefined || value['SchemaVersion'] === '2018-10-08') return 'asff';
  const looksLikeGuardDuty =
    field(value, 'arn') !== undefined ||
    (field(value, 'type') !== undefined && field(value, 'resource') !== undefined);
  return looksLikeGuardDuty ? 'guardduty' : undefined;
}

interface Level {
  readonly value: unknown;
  readonly path: readonly PathSegment[];
  readonly depth: number;
}

/** What one envelope holds: an EventBridge detail, a list of findings, Lambda records, an SNS or SQS message. */
const CONTENTS = ['detail', 'findings', 'Records', 'Messages', 'Sns', 'Message', 'body'] as const;

function contentOf(value: Readonly<Record<string, unknown>>): string | undefined {
  for (const name of CONTENTS) {
    const key = spelling(value, name);
    if (key !== undefined) return key;
  }
  return undefined;
}

function refused(level: Level, code: 'NOT_JSON' | 'NOT_A_FINDING' | 'TOO_DEEP', message: string): Unwrapped {
  return { found: [], problems: [problem({ code, path: level.path, message, value: level.value })] };
}

function unwrapText(level: Level & { readonly value: string }): Unwrapped {
  let parsed: unknown;
  try {
    parsed = JSON.parse(level.value);
  } catch {
    return refused(level, 'NOT_JSON', 'a text that is not JSON');
  }
  return unwrapLevel({ ...level, value: parsed, depth: level.depth + 1 });
}

function unwrapList(level: Level, items: readonly unknown[]): Unwrapped {
  const parts = items.map((value, at) =>
    unwrapLevel({ value, path: [...level.path, at], depth: level.depth + 1 }),
  );
  return { found: parts.flatMap(({ found }) => found), problems: parts.flatMap(({ problems }) => problems) };
}

function unwrapLevel(level: Level): Unwrapped {
  const { value, path, depth } = level;
  if (depth > MAX_DEPTH) return refused(level, 'TOO_DEEP', 'envelopes within envelopes');
  if (typeof value === 'string') return unwrapText({ ...level, value });
  if (Array.isArray(value)) return unwrapList(level, value);
  if (!isRecord(value)) return refused(level, 'NOT_A_FINDING', 'neither a finding nor an envelope');
  const form = formOf(value);
  if (form !== undefined) return { found: [{ form, value, path }], problems: [] };
  const key = contentOf(value);
  if (key === undefined) return refused(level, 'NOT_A_FINDING', 'neither a finding nor an envelope');
  return unwrapLevel({ value: value[key], path: [...path, key], depth: depth + 1 });
}

/** Takes findings out of whatever they came in. */
export function unwrap(input: unknown): Unwrapped {
  return unwrapLevel({ value: input, path: [], depth: 0 });
}
