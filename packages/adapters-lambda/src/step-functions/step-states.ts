import type { Catcher, GoesOn, Retrier, State, TaskState } from './asl.js';
import type { Lane } from './drawing.js';

/** What every Task needs to know. */
export interface Calling {
  /** Name or ARN of the Lambda function behind `stepHandler`, or what the deployment puts in its place. */
  readonly functionName: string;
  readonly taskTimeoutSeconds: number;
  /** As in `WorkOrder`. */
  readonly spacing: number;
  /** The first step of containment: that one invocation waits for what is under way elsewhere. */
  readonly hurries: string | undefined;
}

/**
 * A guard's yes, a snapshot's answer: what is under way elsewhere is there within seconds, or later than any of these. A
 * Wait and another invocation would cost the containment more than the function's time does.
 */
const PATIENCE = { seconds: 10 };

const INVOKE = 'arn:aws:states:::lambda:invoke';

/** The service did not run the function; https://docs.aws.amazon.com/step-functions/latest/dg/bp-lambda-serviceexception.html */
const SERVICE: Retrier = {
  ErrorEquals: [
    'Lambda.ServiceException',
    'Lambda.AWSLambdaException',
    'Lambda.SdkClientException',
    'Lambda.ClientExecutionTimeoutException',
    'Lambda.TooManyRequestsException',
  ],
  IntervalSeconds: 1,
  MaxAttempts: 8,
  BackoffRate: 2,
  MaxDelaySeconds: 60,
  JitterStrategy: 'FULL',
};

/** It ran and died. The next one finds the intent, waits for its time to run out, and recovers. */
const DIED: Retrier = {
  ErrorEquals: ['States.ALL'],
  IntervalSeconds: 5,
  MaxAttempts: 3,
  BackoffRate: 2,
  MaxDelaySeconds: 60,
};

/** Of steps that are one Task: the handler throws it when the step has to be tried or recovered again. */
export const NOT_SETTLED = 'NotSettled';

/** Five attempts with their recoveries take less than this: three quarters of an hour. */
const UNSETTLED: Retrier = {
  ErrorEquals: [NOT_SETTLED],
  IntervalSeconds: 2,
  MaxAttempts: 50,
  BackoffRate: 2,
  MaxDelaySeconds: 60,
};

const caught = (Next: string): readonly Catcher[] => [
  { ErrorEquals: ['States.ALL'], ResultPath: '$.error', Next },
];

/** A Task that asks the function; what comes back is ids, seconds and a hash. */
export function task(
  calling: Calling,
  given: {
    readonly payload: Readonly<Record<string, unknown>>;
    readonly retry: readonly Retrier[];
    readonly otherwise: string;
    readonly goesOn: GoesOn;
    readonly comment?: string;
  },
): TaskState {
  const { payload, retry, otherwise, goesOn, comment } = given;
  return {
    Type: 'Task',
    ...(comment === undefined ? {} : { Comment: comment }),
    Resource: INVOKE,
    Parameters: {
      FunctionName: calling.functionName,
      Payload: { ...payload, spacing: calling.spacing, 'incident.$': '$.incident' },
    },
    OutputPath: '$.Payload',
    TimeoutSeconds: calling.taskTimeoutSeconds,
    Retry: retry,
    Catch: caught(otherwise),
    ...goesOn,
  };
}

/** Task -> Choice -> Wait -> Task, until the answer is one of `ends`. */
export function loop(
  name: string,
  asked: TaskState,
  then: { readonly ends: readonly string[]; readonly Next: string },
): Readonly<Record<string, State>> {
  return {
    [name]: asked,
    [`${name}?`]: {
      Type: 'Choice',
      Choices: then.ends.map((status) => ({
        Variable: '$.status',
        StringEquals: status,
        Next: then.Next,
      })),
      Default: `${name} wait`,
    },
    [`${name} wait`]: { Type: 'Wait', SecondsPath: '$.seconds', Next: name },
  };
}

const pass = (goesOn: GoesOn): State => ({ Type: 'Pass', ...goesOn });

/** Whether the step is one Task: nothing to wait for, neither of its own nor of others. */
export function isOneTask({ planned, gated }: Lane): boolean {
  return planned.step.run.poll === undefined && !gated;
}

/** The step whose every worker died is settled as lost, so that all that waits for it goes on; see `HOST_LOST`. */
function lost(calling: Calling, id: string, goesOn: GoesOn): Readonly<Record<string, State>> {
  const payload = { do: 'lost', step: id, 'cause.$': '$.error.Error' };
  const state = task(calling, { payload, retry: [SERVICE, DIED], otherwise: `${id} gave up`, goesOn });
  return { [`${id} lost`]: state, [`${id} gave up`]: pass(goesOn) };
}

/** All states of one step. `goesOn` is where its lane leads when it has settled. */
export function statesOf(calling: Calling, lane: Lane, goesOn: GoesOn): Readonly<Record<string, State>> {
  const { id, title } = lane.planned.step;
  const given = { otherwise: `${id} lost`, comment: title };
  if (isOneTask(lane)) {
    const payload = { do: 'act', step: id, once: true };
    const retry = [UNSETTLED, SERVICE, DIED];
    return { [id]: task(calling, { ...given, payload, retry, goesOn }), ...lost(calling, id, goesOn) };
  }
  const done = 'Next' in goesOn ? goesOn.Next : `${id} done`;
  const patience = lane.gated && id === calling.hurries ? { patience: PATIENCE } : {};
  const payload = { do: 'act', step: id, ...patience };
  const retry = [SERVICE, DIED];
  const asked = task(calling, { ...given, payload, retry, goesOn: { Next: `${id}?` } });
  return {
    ...loop(id, asked, { ends: ['settled', 'closed'], Next: done }),
    ...lost(calling, id, goesOn),
    ...('Next' in goesOn ? {} : { [done]: pass(goesOn) }),
  };
}

/** The last states: close the incident; an execution that cannot fails, and the incident stays open for the next one. */
export function closingStates(calling: Calling, name: string): Readonly<Record<string, State>> {
  const asked = task(calling, {
    payload: { do: 'finish' },
    retry: [SERVICE, DIED],
    otherwise: 'left open',
    goesOn: { Next: `${name}?` },
  });
  return {
    ...loop(name, asked, { ends: ['closed'], Next: 'closed' }),
    closed: pass({ End: true }),
    'left open': {
      Type: 'Fail',
      Error: 'LEFT_OPEN',
      Cause: 'The incident could not be closed: its journal is open, and the next execution goes on with it.',
    },
  };
}
