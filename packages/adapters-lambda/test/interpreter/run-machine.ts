import type { Clock } from '@cordon/core';
import { StateMachine as Interpreter } from 'aws-local-stepfunctions';
import type { Retrier, StateMachine, TaskState } from '../../src/step-functions/asl.js';
import { statesIn, waitsOf } from './states-in.js';

/** What the interpreter tells of an execution, event by event. */
export type EventLog =
  ReturnType<Interpreter['run']>['eventLogs'] extends AsyncGenerator<infer Event> ? Event : never;

/** One invocation of the function behind the machine. Times are virtual, in milliseconds since the epoch. */
export interface Invocation {
  readonly state: string;
  readonly from: number;
  readonly to: number;
}

export interface Execution {
  readonly output: unknown;
  readonly events: readonly EventLog[];
  readonly invocations: readonly Invocation[];
  /** As AWS bills them: every state that is entered, and every retry. */
  readonly transitions: number;
}

export interface RunMachineOptions {
  readonly clock: Clock;
  readonly incident: string;
  readonly invoke: (payload: unknown, state: string) => Promise<unknown>;
  /** What Step Functions and Lambda take for themselves, for each invocation. Default: 50 ms. */
  readonly overheadMs?: number;
}

interface Asked {
  readonly Payload: unknown;
}

function matches({ ErrorEquals }: Retrier, name: string): boolean {
  return ErrorEquals.includes(name) || ErrorEquals.includes('States.ALL');
}

/** The pauses that the interpreter would take in real time, taken in virtual time by the Task that follows them. */
class Pauses {
  readonly #due = new Map<string, number>();
  readonly #attempts = new Map<string, number>();

  take(state: string): number {
    const seconds = this.#due.get(state) ?? 0;
    this.#due.delete(state);
    return seconds;
  }

  answered(state: string, answer: unknown, waits: boolean): void {
    for (const key of this.#attempts.keys()) if (key.startsWith(`${state}\n`)) this.#attempts.delete(key);
    // The state's Choice goes to the Wait unless it is over.
    const { status, seconds } = answer as { status: string; seconds: number };
    if (waits && (status === 'waiting' || status === 'gated')) this.#due.set(state, seconds);
  }

  failed(state: string, name: string, { Retry }: TaskState): void {
    const retrier = Retry.findIndex((one) => matches(one, name));
    const { IntervalSeconds = 1, BackoffRate = 2, MaxDelaySeconds = 60 } = Retry[retrier] ?? {};
    const key = `${state}\n${retrier}`;
    const attempt = this.#attempts.get(key) ?? 0;
    this.#attempts.set(key, attempt + 1);
    this.#due.set(state, Math.min(MaxDelaySeconds, IntervalSeconds * BackoffRate ** attempt));
  }
}

function taskHandler(
  options: RunMachineOptions,
  states: ReadonlyMap<string, TaskState>,
  invocations: Invocation[],
) {
  const { clock, invoke, overheadMs = 50 } = options;
  const pauses = new Pauses();
  const sleep = (ms: number) => clock.sleepUntil(new Date(clock.now().getTime() + ms));
  return (name: string, state: TaskState) => async (input: unknown) => {
    await sleep(pauses.take(name) * 1000 + overheadMs);
    const from = clock.now().getTime();
    try {
      // The interpreter has applied our own Parameters.
      const answer = await invoke((input as Asked).Payload, name);
      pauses.answered(name, answer, states.has(name));
      return { Payload: answer, StatusCode: 200 };
    } catch (error) {
      pauses.failed(name, error instanceof Error ? error.name : 'Error', state);
      throw error;
    } finally {
      invocations.push({ state: name, from, to: clock.now().getTime() });
    }
  };
}

/** An execution by `aws-local-stepfunctions`, with the function in this process and its waits in virtual time. */
export async function runMachine(machine: StateMachine, options: RunMachineOptions): Promise<Execution> {
  const tasks = statesIn(machine, 'Task');
  const waits = waitsOf(machine);
  const looping = new Map([...tasks].filter(([name]) => waits.includes(`${name} wait`)));
  const invocations: Invocation[] = [];
  const handlerFor = taskHandler(options, looping, invocations);
  const interpreter = new Interpreter(JSON.parse(JSON.stringify(machine)), {
    validationOptions: { noValidate: true },
  });
  const execution = interpreter.run(
    { incident: options.incident },
    {
      overrides: {
        taskResourceLocalHandlers: Object.fromEntries(
          [...tasks].map(([name, state]) => [name, handlerFor(name, state) as never]),
        ),
        waitTimeOverrides: Object.fromEntries(waits.map((name) => [name, 0])),
        retryIntervalOverrides: Object.fromEntries([...tasks.keys()].map((name) => [name, 0])),
      },
    },
  );
  const events: EventLog[] = [];
  const reading = (async () => {
    for await (const event of execution.eventLogs) events.push(event);
  })();
  const output = await execution.result;
  await reading;
  const billed = events.filter(({ type }) => type === 'StateEntered' || type === 'StateRetried');
  return { output, events, invocations, transitions: billed.length };
}
