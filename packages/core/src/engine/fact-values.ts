import type { StandardSchemaV1 } from '@standard-schema/spec';
import type { Engagement } from './engagement.js';
import { MAX_FACT_BYTES } from './fact.js';
import { StepFailure } from './failure.js';
import { settlementOf } from './incident-state.js';
import type { JsonValue } from './json.js';
import type { Step } from './step.js';

function issueText(issues: readonly StandardSchemaV1.Issue[]): string {
  return issues
    .slice(0, 5)
    .map((issue) => {
      const path = (issue.path ?? [])
        .map((part) => String(typeof part === 'object' ? part.key : part))
        .join('.');
      return path === '' ? issue.message : `${path}: ${issue.message}`;
    })
    .join('; ');
}

/** The value as the schema gives it, or a permanent failure that says what is wrong where. */
export async function validated(
  schema: StandardSchemaV1,
  value: unknown,
  what: { readonly code: string; readonly name: string },
): Promise<unknown> {
  const result = await schema['~standard'].validate(value);
  if (result.issues === undefined) return result.value;
  throw StepFailure.permanent(
    what.code,
    `${what.name} is not what its schema says: ${issueText(result.issues)}`,
  );
}

/** The value as JSON keeps it; `undefined` fields are gone, what JSON cannot hold is refused. */
export function asJson(value: unknown, what: { readonly code: string; readonly name: string }): JsonValue {
  let text: string | undefined;
  try {
    text = JSON.stringify(value);
  } catch (error) {
    throw StepFailure.permanent(what.code, `${what.name} is not JSON`, { cause: error });
  }
  if (text === undefined) throw StepFailure.permanent(what.code, `${what.name} is not JSON`);
  return JSON.parse(text) as JsonValue; // JSON.parse gives nothing else.
}

/** The facts a step gave, checked: all that it provides, nothing else, each of them small and of its schema. */
export async function providedFacts(
  step: Step,
  given: unknown,
): Promise<{ readonly [name: string]: JsonValue }> {
  const values = new Map(Object.entries(given ?? {}));
  const facts: Record<string, JsonValue> = {};
  for (const fact of step.provides) {
    const what = { code: 'FACT_INVALID', name: `fact '${fact.name}' of step '${step.id}'` };
    await validated(fact.schema, values.get(fact.name), what);
    const json = asJson(values.get(fact.name), what);
    const bytes = Buffer.byteLength(JSON.stringify(json));
    if (bytes > MAX_FACT_BYTES)
      throw StepFailure.permanent(
        'FACT_TOO_LARGE',
        `fact '${fact.name}' of step '${step.id}' has ${bytes} bytes, ${MAX_FACT_BYTES} are allowed: put it into an artifact`,
      );
    facts[fact.name] = json;
    values.delete(fact.name);
  }
  const [extra] = values.keys();
  if (extra !== undefined)
    throw StepFailure.permanent(
      'FACT_UNDECLARED',
      `step '${step.id}' gives '${extra}', which it does not provide`,
    );
  return facts;
}

/** The facts of the whole incident so far, by name. */
export function knownFacts(engagement: Engagement): ReadonlyMap<string, JsonValue> {
  const known = new Map<string, JsonValue>();
  const { finding } = engagement;
  known.set('finding', asJson(finding, { code: 'FACT_INVALID', name: 'finding' }));
  known.set('suspect', asJson(finding.suspect, { code: 'FACT_INVALID', name: 'suspect' }));
  for (const run of engagement.earlier === undefined ? [engagement] : [engagement.earlier, engagement])
    for (const { step } of run.plan.steps) {
      const settlement = settlementOf(run.state.step(step.id));
      if (settlement?.as !== 'succeeded') continue;
      for (const [name, value] of Object.entries(settlement.facts)) known.set(name, value);
    }
  return known;
}

/** What goes into a step: its needs and wants, validated as they come back from the journal. */
export async function factsFor(engagement: Engagement, step: Step): Promise<Record<string, unknown>> {
  const known = knownFacts(engagement);
  const facts: Record<string, unknown> = {};
  for (const fact of [...step.needs, ...step.wants]) {
    const value = known.get(fact.name);
    const what = { code: 'FACT_INVALID', name: `fact '${fact.name}' from the journal` };
    facts[fact.name] = value === undefined ? undefined : await validated(fact.schema, value, what);
  }
  return facts;
}
