import { shown } from '@cordon/core';

/** What the service takes of one operation, and of an execution's event and result: 256 kB. */
export const MAX_PAYLOAD_BYTES = 262_144;

/** Why an operation has no answer yet, or never will; as data, for an error loses its class and code across operations. */
export interface Trouble {
  readonly trouble: {
    readonly code: string;
    readonly message: string;
    /** How often in a row. */
    readonly times: number;
    /** Asking again is of no use. */
    readonly final: boolean;
  };
}

/** What an operation is checkpointed as. */
export type Answer<T> = { readonly answer: T } | Trouble;

/** The journal, or the code, is not what it was: no other invocation would do better. */
const FINAL = new Set(['JournalDamaged', 'STEP_VERSION_CHANGED', 'PAYLOAD_TOO_LARGE']);
/** With the pauses between them about an hour. */
const MOST_TIMES = 16;
const FIRST_PAUSE_SECONDS = 2;
const LONGEST_PAUSE_SECONDS = 300;

class PayloadTooLarge extends Error {
  readonly code = 'PAYLOAD_TOO_LARGE';
}

/** @throws PayloadTooLarge with name and size */
export function bounded<T>(name: string, value: T): T {
  const bytes = Buffer.byteLength(JSON.stringify(value) ?? '');
  if (bytes <= MAX_PAYLOAD_BYTES) return value;
  throw new PayloadTooLarge(`${name} is ${bytes} bytes as JSON, ${MAX_PAYLOAD_BYTES} at most`);
}

function codeOf(error: unknown): string {
  const code: unknown = Reflect.get(Object(error), 'code');
  if (typeof code === 'string') return code.slice(0, 60);
  return error instanceof Error ? error.name : 'UNEXPECTED';
}

function troubleOf(error: unknown, before: Answer<unknown>): Trouble {
  const code = codeOf(error);
  const times = ('trouble' in before ? before.trouble.times : 0) + 1;
  const message = shown(error instanceof Error ? error.message : String(error));
  return { trouble: { code, message, times, final: FINAL.has(code) || times >= MOST_TIMES } };
}

/** Runs the body of an operation, which never throws: what went wrong is its answer. */
export async function answered<T>(
  name: string,
  before: Answer<T>,
  work: () => Promise<T>,
): Promise<Answer<T>> {
  try {
    return { answer: bounded(`the answer of ${name}`, await work()) };
  } catch (error) {
    return troubleOf(error, before);
  }
}

/** Seconds until the operation is asked again after trouble: 2, 4, 8 ... 300. */
export function pauseSeconds({ trouble: { times } }: Trouble): number {
  return Math.min(LONGEST_PAUSE_SECONDS, FIRST_PAUSE_SECONDS ** times);
}
