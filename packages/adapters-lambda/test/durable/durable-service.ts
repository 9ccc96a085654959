import {
  type CheckpointDurableExecutionRequest,
  type CheckpointDurableExecutionResponse,
  DurableExecutionClientError,
  DurableExecutionClientErrorScope,
  DurableExecutionInvocationInputWithClient,
  type DurableExecutionInvocationOutput,
  type DurableLambdaHandler,
  type GetDurableExecutionStateResponse,
  InvocationStatus,
  OperationAction,
  OperationStatus,
  OperationType,
  type OperationUpdate,
  type WireOperation,
} from '@aws/durable-execution-sdk-js';
import { runProcess, SimulatedCrash, type WorldClock } from '@cordon/testkit';

/** What AWS takes of one payload, and of one execution. */
const MAX_PAYLOAD_BYTES = 262_144;
const MAX_OPERATIONS = 3_000;
/** Of a Lambda function that has died, before it is started again. */
const RESTART_MS = 1_000;
const INVOCATION_MS = 900_000;

export interface DurableEnd {
  readonly status: 'SUCCEEDED' | 'FAILED';
  readonly result: unknown;
  readonly error: string | undefined;
  readonly invocations: number;
  /** Invocations that were killed. */
  readonly killed: number;
  readonly operations: readonly WireOperation[];
}

type Stored = WireOperation & { dueMs?: number };

function refused(message: string, scope: DurableExecutionClientErrorScope): DurableExecutionClientError {
  return new DurableExecutionClientError(message, { scope });
}

/**
 * The service behind durable functions, in virtual time: checkpoints, suspension between them, restart of invocations that
 * died. One execution; what it holds is copied in and out, as over a wire.
 */
export class DurableService {
  readonly #clock: WorldClock;
  readonly #operations = new Map<string, Stored>();
  readonly #unsent = new Set<string>();
  #token = 0;
  #invocation = 0;

  constructor(clock: WorldClock) {
    this.#clock = clock;
  }

  /** Runs an execution to its end; an invocation that is killed (`runProcess`) is started again. */
  async execute(handler: DurableLambdaHandler, event: unknown): Promise<DurableEnd> {
    const payload = JSON.stringify(event);
    if (Buffer.byteLength(payload) > MAX_PAYLOAD_BYTES) throw new Error('the event is too large');
    this.#store({
      Id: 'execution',
      Type: OperationType.EXECUTION,
      StartTimestamp: new Date(),
      Status: OperationStatus.STARTED,
      ExecutionDetails: { InputPayload: payload },
    });
    let killed = 0;
    for (;;) {
      const output = await this.#invoke(handler).catch((error: unknown) => {
        if (!(error instanceof SimulatedCrash)) throw error;
        return undefined;
      });
      if (output === undefined) {
        killed += 1;
        await this.#clock.advance(RESTART_MS);
      } else if (output.Status === InvocationStatus.PENDING) await this.#untilDue();
      else return this.#ended(output, killed);
    }
  }

  #ended(output: DurableExecutionInvocationOutput, killed: number): DurableEnd {
    const common = { invocations: this.#invocation, killed, operations: [...this.#operations.values()] };
    if (output.Status !== InvocationStatus.SUCCEEDED) {
      const error = 'Error' in output ? `${output.Error.ErrorType}: ${output.Error.ErrorMessage}` : undefined;
      return { status: 'FAILED', result: undefined, error, ...common };
    }
    const { Result: result = 'null' } = output;
    if (Buffer.byteLength(result) > MAX_PAYLOAD_BYTES) throw new Error('the result is too large');
    return { status: 'SUCCEEDED', result: JSON.parse(result), error: undefined, ...common };
  }

  #invoke(handler: DurableLambdaHandler): Promise<DurableExecutionInvocationOutput> {
    this.#invocation += 1;
    const invocation = this.#invocation;
    const startedMs = this.#clock.now().getTime();
    const left = () => INVOCATION_MS - (this.#clock.now().getTime() - startedMs);
    const client = {
      checkpoint: (request: CheckpointDurableExecutionRequest) => this.#checkpoint(request, invocation),
      getExecutionState: async (): Promise<GetDurableExecutionStateResponse> => ({
        Operations: this.#all(),
      }),
    };
    const input = new DurableExecutionInvocationInputWithClient(
      {
        DurableExecutionArn: 'arn:aws:lambda:eu-west-1:999900001111:function:cordon:1/durable-execution/a/b',
        CheckpointToken: this.#nextToken(),
        InitialExecutionState: { Operations: this.#all() },
      },
      client,
    );
    this.#unsent.clear();
    // What the SDK reads of Lambda's context.
    const context = { awsRequestId: `request-${invocation}`, getRemainingTimeInMillis: left };
    return this.#clock.working(() =>
      runProcess(() => handler(input, context as Parameters<DurableLambdaHandler>[1])),
    );
  }

  #nextToken(): string {
    this.#token += 1;
    return `token-${this.#token}`;
  }

  #all(): WireOperation[] {
    this.#ringAlarms();
    return [...this.#operations.values()].map((operation) => structuredClone(operation));
  }

  #store(operation: Stored): void {
    this.#operations.set(operation.Id ?? '', operation);
    this.#unsent.add(operation.Id ?? '');
    if (this.#operations.size > MAX_OPERATIONS)
      throw refused(`more than ${MAX_OPERATIONS} operations`, DurableExecutionClientErrorScope.EXECUTION);
  }

  /** A token is good once; one of an invocation that died is none. */
  async #checkpoint(
    { CheckpointToken, Updates = [] }: CheckpointDurableExecutionRequest,
    invocation: number,
  ): Promise<CheckpointDurableExecutionResponse> {
    if (invocation !== this.#invocation || CheckpointToken !== `token-${this.#token}`)
      throw refused('Invalid Checkpoint Token', DurableExecutionClientErrorScope.INVOCATION);
    for (const update of Updates) this.#apply(update);
    this.#ringAlarms();
    const changed = [...this.#unsent].map((id) => structuredClone(this.#operations.get(id)));
    this.#unsent.clear();
    return {
      CheckpointToken: this.#nextToken(),
      NewExecutionState: { Operations: changed.filter((operation) => operation !== undefined) },
    };
  }

  #apply(update: OperationUpdate): void {
    const { Id, ParentId, Name, Type, SubType, Action, Payload = '', Error: error } = update;
    if (Buffer.byteLength(Payload) > MAX_PAYLOAD_BYTES)
      throw refused(`a payload of ${Payload.length}`, DurableExecutionClientErrorScope.EXECUTION);
    const known = this.#operations.get(Id ?? '');
    const isOver = known?.Status === OperationStatus.SUCCEEDED || known?.Status === OperationStatus.FAILED;
    if (isOver) throw refused(`${Name} is over`, DurableExecutionClientErrorScope.EXECUTION);
    const described = { Id, ParentId, Name, Type, SubType };
    const common: Stored = {
      ...described,
      Status: known?.Status,
      StartTimestamp: known?.StartTimestamp ?? new Date(),
    };
    const told = { Result: Payload === '' ? undefined : Payload, Error: error };
    if (Type === OperationType.CONTEXT) this.#applyContext(common, Action, told);
    else if (Type === OperationType.STEP) this.#applyStep({ ...known, ...common }, update, told);
    else throw refused(`${Type} is not simulated`, DurableExecutionClientErrorScope.EXECUTION);
  }

  #applyContext(
    common: Stored,
    action: OperationAction | undefined,
    told: NonNullable<WireOperation['ContextDetails']>,
  ): void {
    const Status =
      action === OperationAction.SUCCEED
        ? OperationStatus.SUCCEEDED
        : action === OperationAction.FAIL
          ? OperationStatus.FAILED
          : OperationStatus.STARTED;
    this.#store({ ...common, Status, ContextDetails: told });
  }

  #applyStep(
    stored: Stored,
    { Action, StepOptions }: OperationUpdate,
    told: NonNullable<WireOperation['StepDetails']>,
  ): void {
    const { Attempt = 0, Result } = stored.StepDetails ?? {};
    switch (Action) {
      case OperationAction.START:
        this.#store({ ...stored, Status: OperationStatus.STARTED, StepDetails: { Attempt, Result } });
        break;
      case OperationAction.RETRY: {
        const delayMs = (StepOptions?.NextAttemptDelaySeconds ?? 0) * 1_000;
        // The SDK sets its timer by the machine's clock; the alarm rings by the virtual one.
        const NextAttemptTimestamp = new Date(Date.now() + delayMs);
        const details = { ...told, Attempt: Attempt + 1, NextAttemptTimestamp };
        const dueMs = this.#clock.now().getTime() + delayMs;
        this.#store({ ...stored, Status: OperationStatus.PENDING, StepDetails: details, dueMs });
        break;
      }
      case OperationAction.SUCCEED:
      case OperationAction.FAIL: {
        const succeeded = Action === OperationAction.SUCCEED;
        const Status = succeeded ? OperationStatus.SUCCEEDED : OperationStatus.FAILED;
        this.#store({ ...stored, Status, StepDetails: { ...told, Attempt } });
        break;
      }
      default:
        throw refused(`${Action} is not simulated`, DurableExecutionClientErrorScope.EXECUTION);
    }
  }

  #ringAlarms(): void {
    const now = this.#clock.now().getTime();
    for (const operation of this.#operations.values())
      if (operation.Status === OperationStatus.PENDING && (operation.dueMs ?? 0) <= now) {
        operation.Status = OperationStatus.READY;
        this.#unsent.add(operation.Id ?? '');
      }
  }

  /** Until an alarm rings; one that rang while the invocation was ending is not waited for. */
  async #untilDue(): Promise<void> {
    if (this.#unsent.size > 0) return;
    const due = [...this.#operations.values()].flatMap(({ Status, dueMs }) =>
      Status === OperationStatus.PENDING && dueMs !== undefined ? [dueMs] : [],
    );
    if (due.length === 0) throw new Error('Cannot return PENDING status with no pending operations.');
    await this.#clock.sleepUntil(new Date(Math.min(...due)));
  }
}
