import * as sdk from '@aws-sdk/client-sfn';
import {
  awsError,
  type Handlers,
  jsonErrors,
  registerService,
  type SimulatedWorld,
  slice,
} from '@cordon/testkit';

/** One execution, as Step Functions keeps it for ninety days. */
export interface SimulatedExecution {
  readonly name: string;
  readonly input: string;
  status: 'RUNNING' | 'ENDED';
}

type Run = (execution: SimulatedExecution) => Promise<void>;

/** Executions of a world's machine, and what runs them. */
export const executionsOf = slice((_world: SimulatedWorld) => ({
  all: new Map<string, SimulatedExecution>(),
  run: undefined as Run | undefined,
}));

const NAME = /^[A-Za-z0-9_-]{1,80}$/;

/** As AWS: the same name and input while it runs is no error; a name is taken for good once it has ended. */
const handlers: Handlers<typeof sdk, 'StartExecution'> = {
  StartExecution({ world, input, region }) {
    const { name = '', input: text = '{}', stateMachineArn } = input;
    if (!NAME.test(name)) throw awsError('InvalidName', `Invalid Name: '${name}'`);
    const { all, run } = executionsOf(world);
    const known = all.get(name);
    if (known !== undefined && (known.status === 'ENDED' || known.input !== text))
      throw awsError('ExecutionAlreadyExists', `Execution Already Exists: '${name}'`);
    const execution: SimulatedExecution = known ?? { name, input: text, status: 'RUNNING' };
    all.set(name, execution);
    if (known === undefined && run !== undefined)
      void run(execution).finally(() => {
        execution.status = 'ENDED';
      });
    const machine = stateMachineArn?.split(':').at(-1);
    return { executionArn: region.arn('states', `execution:${machine}:${name}`), startDate: world.now() };
  },
};

export function installStates(): void {
  registerService({ id: 'states', client: sdk.SFNClient, sdk, errors: jsonErrors, handlers });
}
