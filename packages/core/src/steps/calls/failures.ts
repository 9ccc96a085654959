import type { BaseContext } from '../../engine/context.js';
import { CREDENTIALS_LOST, StepFailure } from '../../engine/failure.js';

/** AWS's words for a caller that may not: EC2's, IAM's and SSM's. */
export const DENIED = [
  'AccessDenied',
  'AccessDeniedException',
  'UnauthorizedOperation',
  'UnauthorizedAccess',
] as const;

/** Whether AWS refused with one of these codes. */
export function isCode(error: unknown, ...codes: readonly string[]): error is StepFailure {
  return error instanceof StepFailure && codes.includes(error.code);
}

/** What was thrown, as a failure. */
export function asFailure(error: unknown): StepFailure {
  if (error instanceof StepFailure) return error as StepFailure; // by brand
  return StepFailure.retryable('UNEXPECTED', String(error), { cause: error });
}

/** Does the work; undefined instead of an answer with one of these codes. */
export async function unless<T>(codes: readonly string[], work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    if (isCode(error, ...codes)) return undefined;
    throw error;
  }
}

/** A read that the step can do without: what AWS refuses for good becomes a notice and `instead`. */
export async function optional<T>(ctx: BaseContext, what: string, read: Optional<T>): Promise<T> {
  try {
    return await read.from();
  } catch (error) {
    const failure = asFailure(error);
    if (NO_ANSWER.includes(failure.code)) throw error;
    ctx.notice('NOT_READ', `${what}: ${failure.code}`);
    return read.instead;
  }
}

/** What says nothing of the thing that was asked for. */
const NO_ANSWER = ['UNDECLARED_ACTION', 'ABORTED', CREDENTIALS_LOST];

interface Optional<T> {
  from(): Promise<T>;
  readonly instead: T;
}

/**
 * Does all of it, whatever fails, and then throws the first failure that may pass, else the first. `Promise.all` would
 * leave behind what still runs, to go on beside the next try.
 */
export async function allThenThrow<T>(works: readonly (() => Promise<T>)[]): Promise<T[]> {
  const ends = await Promise.allSettled(works.map((work) => work()));
  const failures = ends.flatMap((end) => (end.status === 'rejected' ? [asFailure(end.reason)] : []));
  const worst = failures.find((failure) => failure.kind !== 'permanent') ?? failures[0];
  if (worst !== undefined) throw worst;
  return ends.flatMap((end) => (end.status === 'fulfilled' ? [end.value] : []));
}
