import type { Step } from '@cordon/core';
import type { Breach } from './breach.js';
import type { ProbedEnding } from './probe.js';
import type { Trials } from './trials.js';

/** Whether JSON gives back what it was given: no dates, maps, big numbers, NaN, holes. Absent and undefined are one. */
export function isLossless(value: unknown): boolean {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return true;
  if (typeof value === 'number') return Number.isFinite(value);
  if (Array.isArray(value)) return value.every(isLossless);
  if (typeof value !== 'object' || Object.getPrototypeOf(value) !== Object.prototype) return false;
  return Object.values(value).every((item) => item === undefined || isLossless(item));
}

type Schema = Step['provides'][number]['schema'] | NonNullable<Step['run']['ticket']>;

async function survives(schema: Schema, value: unknown): Promise<boolean> {
  if (!isLossless(value)) return false;
  const read: unknown = JSON.parse(JSON.stringify(value));
  return (await schema['~standard'].validate(read)).issues === undefined;
}

function member(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}

function breach(code: string, what: string): Breach {
  const message = `${what} does not come back from JSON as it went in, or not as its schema wants it: plain objects, strings and finite numbers only`;
  return { code, message };
}

async function ofEnding(step: Step, { value }: ProbedEnding): Promise<readonly Breach[]> {
  const breaches: Breach[] = [];
  for (const fact of step.provides) {
    const given = member(member(value, 'facts'), fact.name);
    if (given !== undefined && !(await survives(fact.schema, given)))
      breaches.push(breach('FACT_NOT_JSON', `fact '${fact.name}'`));
  }
  const ticket = member(value, 'ticket');
  const schema = step.run.ticket;
  if (schema !== undefined && ticket !== undefined && !(await survives(schema, ticket)))
    breaches.push(breach('TICKET_NOT_JSON', 'the ticket'));
  return breaches;
}

/** Facts and tickets as they come back from the journal. */
export async function endingBreaches({ step, endings }: Trials): Promise<readonly Breach[]> {
  const found = await Promise.all(endings.map((ending) => ofEnding(step, ending)));
  return found.flat();
}
