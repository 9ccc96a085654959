import type { DurableLambdaHandler } from '@aws/durable-execution-sdk-js';
import {
  type AnyPipeline,
  beginIncident,
  type Environment,
  type Finding,
  incidentIdFor,
  type MemoryJournal,
  runIncident,
} from '@cordon/core';
import { runProcess, SimulatedCrash, type WorldClock } from '@cordon/testkit';
import { durableHandler } from '../../src/durable/index.js';
import { stepHandler } from '../../src/lambda/step-handler.js';
import { toStateMachine } from '../../src/step-functions/index.js';
import { DurableService } from '../durable/durable-service.js';
import { virtualTimers } from '../durable/virtual-timers.js';
import { runMachine } from '../interpreter/run-machine.js';
import type { DyingJournal } from './dying-journal.js';

/** An incident that a host is to bring to its end. */
export interface Engagement {
  readonly pipeline: AnyPipeline;
  readonly finding: Finding;
  readonly clock: WorldClock;
  /** Of each process anew: what they share is only the world. */
  readonly environment: () => Environment;
  readonly journal: MemoryJournal;
  /** The same journal, for those who may die after an entry. */
  readonly dying: DyingJournal;
}

/** Brings it to its end, through the death of whatever process; returns the incident. */
export interface Host {
  readonly name: string;
  drive(engagement: Engagement): Promise<string>;
}

/** One process at a time; the next one takes over. */
const node: Host = {
  name: 'Node',
  async drive({ pipeline, finding, clock, environment, journal, dying }) {
    const incidentId = incidentIdFor(finding, clock.now());
    for (;;) {
      try {
        const options = { journal: dying, environment: environment(), incidentId };
        await runProcess(() => runIncident(pipeline, finding, options));
        return incidentId;
      } catch (error) {
        if (!(error instanceof SimulatedCrash)) throw error;
        journal.abandon(incidentId);
      }
    }
  },
};

/** The trigger's part: it is tried again, too. */
async function beginUntilBegun({ pipeline, finding, environment, dying }: Engagement): Promise<string> {
  for (;;) {
    try {
      const options = { journal: dying, environment: environment() };
      const begun = await runProcess(() => beginIncident(pipeline, finding, options));
      if ('incidentId' in begun) return begun.incidentId;
      throw new Error(begun.because);
    } catch (error) {
      if (!(error instanceof SimulatedCrash)) throw error;
    }
  }
}

/** What Step Functions is told of a function that died. */
function asLambdaError(error: unknown): never {
  if (!(error instanceof SimulatedCrash)) throw error;
  throw Object.assign(new Error(error.message), { name: 'Lambda.Unknown' });
}

/** One execution; invocations that die are started again. */
const durable: Host = {
  name: 'durable functions',
  async drive(engagement) {
    const { pipeline, clock, environment, dying } = engagement;
    const incident = await beginUntilBegun(engagement);
    const restore = virtualTimers(clock);
    try {
      // Each invocation is a process of its own: what one that died was about to answer, nobody waits for.
      const handler: DurableLambdaHandler = (event, context) =>
        durableHandler(pipeline, { journal: dying, environment: environment() })(event, context);
      const { status, error } = await new DurableService(clock).execute(handler, { incident });
      if (status === 'FAILED') throw new Error(error);
      return incident;
    } finally {
      restore();
    }
  },
};

/** One execution of the machine; the function behind it dies, and the state machine tries again. */
const stepFunctions: Host = {
  name: 'Step Functions',
  async drive(engagement) {
    const { pipeline, clock, environment, dying } = engagement;
    const incident = await beginUntilBegun(engagement);
    const context = { getRemainingTimeInMillis: () => 900_000 };
    await runMachine(toStateMachine(pipeline, { functionName: 'step' }), {
      clock,
      incident,
      // Each invocation is a process of its own.
      invoke: (payload) => {
        const handler = stepHandler(pipeline, { journal: dying, environment: environment() });
        return runProcess(() => handler(payload, context)).catch(asLambdaError);
      },
    });
    return incident;
  },
};

export const HOSTS: readonly Host[] = [node, stepFunctions, durable];
