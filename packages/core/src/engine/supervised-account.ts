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

/** Words about a thing, or about the answer, not the thing that is called upon. */
const ABOUT: ReadonlySet<string> = new Set(['Tags', 'TagSpecifications', 'Description', '$metadata']);

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
    for (const [name, item] of Object.entries(value)) if (!ABOUT.has(name)) collectIds(item, into, depth + 1);
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

function assertAllowed(operation: Operation, input: object, supervision: Supervision): void {
  const { step, role } = supervision;
  const declared = step.actions[role] ?? [];
  const missing = operation.actions.filter((action) => !declared.includes(action));
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

type Told = Pick<CallRecord, 'outcome' | 'resources' | 'requestId' | 'sent'>;

/** The account, watched: undeclared calls fail, changes are on record before the step goes on. */
class SupervisedAccount implements Account {
  readonly #account: Account;
  readonly #supervision: Supervision;

  constructor(account: Account, supervision: Supervision) {
    this.#account = account;
    this.#supervision = supervision;
  }

  get id(): string {
    return this.#account.id;
  }

  get region(): string {
    return this.#account.region;
  }

  get partition(): string {
    return this.#account.partition;
  }

  principal(): Promise<string> {
    return this.#account.principal();
  }

  async call<Input extends object, Output extends object>(
    operation: Operation<Input, Output>,
    input: NoInfer<Input>,
    options: CallOptions = {},
  ): Promise<Output> {
    assertAllowed(operation, input, this.#supervision);
    const signals = [this.#supervision.signal, ...(options.signal === undefined ? [] : [options.signal])];
    let output: Output;
    try {
      output = await this.#account.call(operation, input, { ...options, signal: AbortSignal.any(signals) });
    } catch (error) {
      const failure = error instanceof StepFailure ? error : undefined;
      const outcome = failure?.code ?? 'UNEXPECTED';
      const told = { outcome, resources: resourceIds(input), ...sentOf(options) };
      await this.#record(operation, withRequestId(told, failure?.requestId), options.region);
      throw error;
    }
    const resources = resourceIds(input, operation.mutating ? output : undefined);
    await this.#record(
      operation,
      withRequestId({ outcome: 'ok', resources, ...sentOf(options) }, requestIdOf(output)),
      options.region,
    );
    return output;
  }

  /** The call happens elsewhere, later; what is on record is that somebody was given the right to make it. */
  async presign<Input extends object, Output extends object>(
    operation: Operation<Input, Output>,
    input: NoInfer<Input>,
    options: PresignOptions,
  ): Promise<string> {
    assertAllowed(operation, input, this.#supervision);
    const url = await this.#account.presign(operation, input, options);
    const given = { ...operation, id: `${operation.id} (presigned)`, mutating: false };
    await this.#record(given, { outcome: 'ok', resources: [] });
    return url;
  }

  async #record(operation: Operation, told: Told, region: string = this.region): Promise<void> {
    const { recorder, now } = this.#supervision;
    const call: CallRecord = {
      at: now().toISOString(),
      operation: operation.id,
      mutating: operation.mutating,
      account: this.id,
      region,
      principal: await this.principal().catch(() => 'unknown'),
      ...told,
    };
    if (operation.mutating) await recorder.writeAlone({ kind: 'call', body: call });
    else recorder.read(call);
  }
}

function sentOf({ sent }: CallOptions): Pick<CallRecord, 'sent'> {
  return sent === undefined ? {} : { sent };
}

function withRequestId(told: Told, requestId: string | undefined): Told {
  return requestId === undefined ? told : { ...told, requestId };
}

export function supervisedAccount(account: Account, supervision: Supervision): Account {
  return new SupervisedAccount(account, supervision);
}
