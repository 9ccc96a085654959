/** What is wrong with one finding of an input; the others go on. */
export type ProblemCode =
  /** A text that should hold JSON does not. */
  | 'NOT_JSON'
  /** Nothing here looks like a finding. */
  | 'NOT_A_FINDING'
  /** Envelopes within envelopes, more than any sender makes. */
  | 'TOO_DEEP'
  | 'MISSING_FIELD'
  | 'BAD_FIELD'
  /** A finding, but not about an EC2 instance that can be contained: cluster nodes, Fargate, a bucket, a key. */
  | 'NOT_AN_INSTANCE'
  /** A Security Hub finding that reports no activity: vulnerability, compliance, sensitive data. */
  | 'NOT_A_DETECTION';

export interface FindingProblem {
  readonly code: ProblemCode;
  /** The field, as the input spells it: `detail.resource.instanceDetails.instanceId`; '' is the input itself. */
  readonly path: string;
  readonly message: string;
  /** What stands there: printable ASCII, cut short. Absent where nothing does. */
  readonly value?: string;
}

export type PathSegment = string | number;

const MAX_VALUE = 80;

function named(value: unknown): string {
  if (Array.isArray(value)) return `an array of ${value.length}`;
  return value === null ? 'null' : `a value of type ${typeof value}`;
}

/** A value as a person may read it in a terminal or a chat: no control, bidirectional or other special character. */
export function shown(value: unknown): string {
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (typeof value !== 'string') return named(value);
  const cut = value.length > MAX_VALUE ? `${value.slice(0, MAX_VALUE)}...` : value;
  return JSON.stringify(cut).replace(
    /[^\x20-\x7e]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

const PLAIN_NAME = /^[A-Za-z_$][A-Za-z0-9_$-]{0,60}$/;

/** `['detail', 'findings', 0]` -> `detail.findings[0]`; a strange name is shown quoted. */
export function pathText(segments: readonly PathSegment[]): string {
  return segments
    .map((segment, at) => {
      if (typeof segment === 'number') return `[${segment}]`;
      if (!PLAIN_NAME.test(segment)) return `[${shown(segment)}]`;
      return at === 0 ? segment : `.${segment}`;
    })
    .join('');
}

/** What is known of a problem where it is met. */
export interface ProblemAt {
  readonly code: ProblemCode;
  readonly path: readonly PathSegment[];
  readonly message: string;
  readonly value?: unknown;
}

export function problem({ code, path, message, value }: ProblemAt): FindingProblem {
  return { code, path: pathText(path), message, ...(value === undefined ? {} : { value: shown(value) }) };
}
