import type { Account, CallOptions, CallRecord, Operation, PresignOptions } from './account.js';
import type { AccountRole } from './environment.js';
import { StepFailure } from './failure.js';
import { touchesSuspect } from './phase.js';
import type { Recorder } from './recorder.js';
import type { Step } from './step.js';

/** What a step's session is watched for. */
export interface Supervision {
  readonly role: AccountRole;
  readonly step: Step;
  readonly recorder: Recorder;
  readonly signal: AbortSignal;
  readonly now: () => Date;
  /** Ids that belong to the suspect: the instance, its interfaces, its volumes. */
  readonly suspectIds: () => ReadonlySet<string>;
}

/** EC2, SSM and IAM ids, and ARNs. What else an input holds may be secret or the intruder's. */
const RESOURCE_ID =
  /^(?:(?:i|vol|snap|sg|sgr|eni|ami|vpc|subnet|rtb|pl|vpce|eipalloc|eipassoc|iip-assoc|lt|key)-[0-9a-f]{8,17}|arn:aws[a-z-]*:[\w:/.+=,@*-]{1,512}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/;
const MOST_RESOURCES = 64;
const DEEPEST = 6;

function collectIds(value: unknown, into: Set<string>, depth: number): void {
  if (into.size >= MOST_RESOURCES || depth > DEEPEST) return;
  if (typeof value === 'string') {
    if (RESOURCE_ID.test(value)) into.add(value);
  } else if (Array.isArray(value)) {
    for (const item of value) collectIds(item, into, depth + 1);
  } else if (
    typeof value === 'object' &&
    value !== null &&
    Object.getPrototypeOf(value) === Object.prototype
  ) {
    for (const item of Object.values(value)) collectIds(item, into, depth + 1);
  }
}

function resourceIds(...values: readonly unknown[]): readonly string[] {
  const ids = new Set<string>();
  for (const value of values) collectIds(value, ids, 0);
  return [...ids];
}

function requestIdOf(output: object): string | undefined {
  const metadata: unknown = Reflect.get(output, '$metadata');
  if (typeof metadata !== 'object' || metadata === null) return undefined;
  const id: unknown = Reflect.get(metadata, 'requestId');
  return typeof id === 'string' ? id : undefined;
}

function allows(declared: readonly string[], action: string): boolean {
  return declared.includes(action);
}

function assertAllowed(operation: Operation, input: object, supervision: Supervision): void {
  const { step, role } = supervision;
  const declared = step.actions[role] ?? [];
  const missing = operation.actions.filter((action) => !allows(declared, action));
  if (missing.length > 0)
    throw StepFailure.permanent(
      'UNDECLARED_ACTION',
      `step '${step.id}' calls ${operation.id} in the ${role} account without declaring ${missing.join(', ')}`,
    );
  if (!operation.mutating || touchesSuspect(step.phase)) return;
  const own = supervision.suspectIds();
  const touched = resourceIds(input).filter((id) => own.has(id));
  if (touched.length > 0)
    throw StepFailure.permanent(
      'TOUCHES_SUSPECT',
      `step '${step.id}' of phase '${step.phase}' may not call ${operation.id} on ${touched.join(', ')}`,
    );
}

/** The account, watched: undeclared calls fail, changes are on record before the step goes on. */
export function supervisedAccount(account: Account, supervision: Supervision): Account {
  const { recorder, now } = supervision;

  async function record(operation: Operation, told: Pick<CallRecord, 'outcome' | 'resources' | 'requestId'>) {
    const call: CallRecord = {
      at: now().toISOString(),
      operation: operation.id,
      mutating: operation.mutating,
      account: account.id,
      region: account.region,
      principal: await account.principal().catch(() => 'unknown'),
      ...told,
    };
    if (operation.mutating) await recorder.writeAlone({ kind: 'call', body: call });
    else recorder.read(call);
  }

  async function call(operation: Operation, input: object, options: CallOptions = {}): Promise<object> {
    assertAllowed(operation, input, supervision);
    const signal = AbortSignal.any([
      supervision.signal,
      ...(options.signal === undefined ? [] : [options.signal]),
    ]);
    let output: object;
    try {
      output = await account.call(operation, input, { signal });
    } catch (error) {
      const failure = error instanceof StepFailure ? error : undefined;
      const requestId = failure?.requestId;
      await record(operation, {
        outcome: failure?.code ?? 'UNEXPECTED',
        resources: resourceIds(input),
        ...(requestId === undefined ? {} : { requestId }),
      });
      throw error;
    }
    const requestId = requestIdOf(output);
    const resources = resourceIds(input, operation.mutating ? output : undefined);
    await record(operation, { outcome: 'ok', resources, ...(requestId === undefined ? {} : { requestId }) });
    return output;
  }

  async function presign(operation: Operation, input: object, options: PresignOptions): Promise<string> {
    assertAllowed(operation, input, supervision);
    // The call happens elsewhere, later; what is on record is that somebody was given the right to make it.
    const url = await account.presign(operation, input, options);
    await record(
      { ...operation, id: `${operation.id} (presigned)`, mutating: false },
      { outcome: 'ok', resources: [] },
    );
    return url;
  }

  return {
    id: account.id,
    region: account.region,
    partition: account.partition,
    principal: () => account.principal(),
    // Same operation, same input, same output as the account underneath.
    call: call as Account['call'],
    presign,
  };
}
