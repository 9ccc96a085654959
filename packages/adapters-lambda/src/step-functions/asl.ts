/** As much of the Amazon States Language as we write: JSONPath, no variables. */
export interface Retrier {
  readonly ErrorEquals: readonly string[];
  readonly IntervalSeconds: number;
  readonly MaxAttempts: number;
  readonly BackoffRate: number;
  readonly MaxDelaySeconds: number;
  readonly JitterStrategy?: 'FULL';
}

export interface Catcher {
  readonly ErrorEquals: readonly string[];
  readonly ResultPath: string;
  readonly Next: string;
}

/** Where a state goes on: exactly one of the two. */
export type GoesOn = { readonly Next: string } | { readonly End: true };

export type TaskState = {
  readonly Type: 'Task';
  readonly Comment?: string;
  readonly Resource: string;
  readonly Parameters: Readonly<Record<string, unknown>>;
  readonly OutputPath: string;
  readonly TimeoutSeconds: number;
  readonly Retry: readonly Retrier[];
  readonly Catch: readonly Catcher[];
} & GoesOn;

export type ParallelState = {
  readonly Type: 'Parallel';
  readonly Branches: readonly Branch[];
  readonly ResultSelector: Readonly<Record<string, string>>;
} & GoesOn;

export interface ChoiceState {
  readonly Type: 'Choice';
  readonly Choices: readonly {
    readonly Variable: string;
    readonly StringEquals: string;
    readonly Next: string;
  }[];
  readonly Default: string;
}

export type WaitState = {
  readonly Type: 'Wait';
  readonly SecondsPath: string;
} & GoesOn;

export type PassState = { readonly Type: 'Pass' } & GoesOn;

export interface FailState {
  readonly Type: 'Fail';
  readonly Error: string;
  readonly Cause: string;
}

export type State = TaskState | ParallelState | ChoiceState | WaitState | PassState | FailState;

export interface Branch {
  readonly StartAt: string;
  readonly States: Readonly<Record<string, State>>;
}

export interface StateMachine extends Branch {
  readonly Comment: string;
  readonly TimeoutSeconds: number;
}
