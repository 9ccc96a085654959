import { type Account, StepFailure } from '@cordon/core';
import { defineOperations } from '@cordon/core/aws';

/** `states:StartExecution`, loaded when it is first called. */
export const states = defineOperations(
  { id: 'states', client: 'SFNClient', load: () => import('./clients/sfn.js') },
  ['StartExecution'],
);

export interface ExecutionPlace {
  /** A session with the account that the machine is in. */
  readonly account: Account;
  readonly stateMachineArn: string;
}

/** An execution that works on the incident. */
export interface Started {
  readonly execution: string;
  /** How many have ended before it and left the incident open. */
  readonly ended: number;
}

const MOST_EXECUTIONS = 5;

function nameOf(incidentId: string, nth: number): string {
  return nth === 1 ? incidentId : `${incidentId}-x${nth}`;
}

/**
 * Sees to it that an execution works on an open incident. The same name and input while it runs is answered as if it had
 * just been started; a name whose execution has ended is taken (for 90 days), and as the journal is open, somebody else
 * has to go on.
 *
 * @throws StepFailure `EXECUTIONS_EXHAUSTED` when five have ended and left the incident open
 */
export async function ensureExecution(place: ExecutionPlace, incidentId: string): Promise<Started> {
  const { account, stateMachineArn } = place;
  for (let nth = 1; nth <= MOST_EXECUTIONS; nth += 1) {
    const input = JSON.stringify({ incident: incidentId });
    const name = nameOf(incidentId, nth);
    try {
      await account.call(states.StartExecution, { stateMachineArn, name, input });
      return { execution: name, ended: nth - 1 };
    } catch (error) {
      if (!(error instanceof StepFailure) || error.code !== 'ExecutionAlreadyExists') throw error;
    }
  }
  const message = `${MOST_EXECUTIONS} executions have ended and left incident ${incidentId} open`;
  throw StepFailure.permanent('EXECUTIONS_EXHAUSTED', message);
}
