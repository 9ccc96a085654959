import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  directoryEvidence,
  type Entry,
  IncidentPipeline,
  type JournalProvider,
  memoryJournal,
} from '@cordon/core';
import { awsAccount, awsEnvironment } from '@cordon/core/aws';
import {
  denyRole,
  endForeignSessions,
  exportManifest,
  inspect,
  isolate,
  protect,
  seal,
  verifyContainment,
} from '@cordon/core/steps';
import { custodyCopies, diskSnapshots, shareSnapshots } from '@cordon/steps-disk';
import {
  addKey,
  commandAndControlFinding,
  createWorld,
  DEMO,
  type LoggedCall,
  type SimulatedWorld,
} from '@cordon/testkit';
import { stepHandler } from '../../src/lambda/step-handler.js';
import { triggerHandler } from '../../src/lambda/trigger-handler.js';
import { toStateMachine } from '../../src/step-functions/to-state-machine.js';
import { runMachine } from '../interpreter/run-machine.js';
import { executionsOf, installStates } from '../interpreter/simulated-states.js';
import {
  EXTERNAL_ID,
  type QuietAccountsOptions,
  type QuietInstance,
  quietAccounts,
  REGION,
  RESPONDER,
  SECURITY_ACCOUNT,
} from './quiet-accounts.js';

const MACHINE = `arn:aws:states:${REGION}:${SECURITY_ACCOUNT}:stateMachine:cordon`;
const START = new Date('2026-11-20T03:36:00Z');
const EVENT = JSON.stringify(commandAndControlFinding(START));

/** What EventBridge brings of an instance. */
function eventOf({ instanceId, account }: QuietInstance, nth: number): unknown {
  const { id } = commandAndControlFinding(START).detail;
  const text = EVENT.replaceAll(DEMO.suspectAccount, account)
    .replaceAll(DEMO.instanceId, instanceId)
    .replaceAll(id, nth.toString(16).padStart(32, '0'));
  return JSON.parse(text);
}

/** Calls of the whole storm by operation and outcome: the world's own log keeps the last ones only. */
class Calls {
  readonly counts = new Map<string, number>();
  #seen = 0;

  constructor(readonly world: SimulatedWorld) {}

  collect(): void {
    const { total } = this.world.calls;
    if (total === this.#seen) return;
    for (const call of this.world.calls.all().slice(this.#seen - total)) this.#count(call);
    this.#seen = total;
  }

  #count({ operation, outcome }: LoggedCall): void {
    for (const key of [operation, `${operation} ${outcome}`, outcome])
      this.counts.set(key, (this.counts.get(key) ?? 0) + 1);
  }
}

/** One incident, in seconds since the storm began. */
export interface Weathered {
  readonly incidentId: string;
  readonly outcome: string | undefined;
  readonly toldAt: number;
  readonly containedAt: number;
  /** When everything that `protect` sets was set. */
  readonly protectedAt: number;
  /** When the first evidence of it was given to an examination. */
  readonly examinedAt: number;
}

export interface Storm {
  readonly incidents: readonly Weathered[];
  /** `ec2:CreateSnapshots`, `ec2:CreateSnapshots ok`, `RequestLimitExceeded`. */
  readonly calls: ReadonlyMap<string, number>;
  readonly executions: number;
  /** Instances of the step function. */
  readonly workers: number;
}

function weathered(incidentId: string, entries: readonly Entry[], beganMs: number): Weathered {
  const at = (ledger: string, kind: Entry['kind']) => {
    const entry = entries.find((one) => one.ledger === ledger && one.kind === kind);
    return entry === undefined ? Number.NaN : (Date.parse(entry.at) - beganMs) / 1000;
  };
  const closed = entries.find(({ kind }) => kind === 'closed');
  return {
    incidentId,
    outcome: closed?.kind === 'closed' ? closed.body.outcome : undefined,
    toldAt: at('run', 'opened'),
    protectedAt: at('protect', 'succeeded'),
    containedAt: at('contain.verify', 'succeeded'),
    examinedAt: at('disk.share', 'succeeded'),
  };
}

function pipelineFor(kmsKeyArn: string) {
  return IncidentPipeline.create('storm')
    .use(inspect())
    .use(diskSnapshots())
    .use(protect())
    .use(isolate())
    .use(denyRole())
    .use(endForeignSessions())
    .use(verifyContainment())
    .use(seal())
    .use(shareSnapshots())
    .use(custodyCopies({ kmsKeyArn }))
    .use(exportManifest());
}

/** As Lambda has it: an instance of the function serves one invocation at a time, and the next one when that is over. */
function pooled(make: () => LambdaHandler): { readonly invoke: LambdaHandler; readonly made: () => number } {
  const idle: LambdaHandler[] = [];
  let made = 0;
  const fresh = () => {
    made += 1;
    return make();
  };
  return {
    async invoke(payload) {
      const instance = idle.pop() ?? fresh();
      try {
        return await instance(payload);
      } finally {
        idle.push(instance);
      }
    },
    made: () => made,
  };
}

type LambdaHandler = (payload: unknown) => Promise<unknown>;

/** One function behind one machine: as many instances of it as there are invocations at once, which share nothing. */
function deployed(world: SimulatedWorld, folder: string, collect: () => void) {
  installStates();
  const { clock } = world;
  const base = world.account(SECURITY_ACCOUNT).credentials();
  const journal = memoryJournal();
  const region = world.account(SECURITY_ACCOUNT).region(REGION);
  const pipeline = pipelineFor(addKey(region, { alias: 'alias/evidence' }).arn);
  const machine = toStateMachine(pipeline, { functionName: 'step' });
  const environmentOf = () =>
    awsEnvironment({
      clock,
      evidence: directoryEvidence({ directory: folder, clock }),
      credentials: async () => base,
      suspect: { roleArn: (id) => `arn:aws:iam::${id}:role/${RESPONDER}`, externalId: EXTERNAL_ID },
      security: { account: SECURITY_ACCOUNT },
    });
  const steps = pooled(() => {
    const handler = stepHandler(pipeline, { journal, environment: environmentOf(), told: collect });
    return (payload) => handler(payload, { getRemainingTimeInMillis: () => 900_000 });
  });
  const triggers = pooled(() => {
    const account = awsAccount({
      id: SECURITY_ACCOUNT,
      region: REGION,
      clock,
      credentials: async () => base,
      principal: async () => `arn:aws:iam::${SECURITY_ACCOUNT}:root`,
    });
    const environment = environmentOf();
    return triggerHandler(pipeline, { journal, environment, account, stateMachineArn: MACHINE });
  });
  const execute = (incident: string) => runMachine(machine, { clock, incident, invoke: steps.invoke });
  return { journal, execute, trigger: triggers.invoke, workers: steps.made };
}

async function endsOf(journal: JournalProvider, beganMs: number): Promise<readonly Weathered[]> {
  const ids = await journal.list();
  return Promise.all(ids.map(async (id) => weathered(id, await (await journal.visit(id)).read(), beganMs)));
}

export interface StormOptions extends QuietAccountsOptions {
  /** In which all findings come. */
  readonly withinSeconds: number;
}

/**
 * A finding for each of so many instances, and each of them told twice: by EventBridge to the trigger, which starts an
 * execution of the pipeline's machine for each incident.
 */
export async function storm({ withinSeconds, ...options }: StormOptions): Promise<Storm> {
  const world = createWorld({ seed: 'storm', start: START });
  const folder = mkdtempSync(join(tmpdir(), 'cordon-storm-'));
  try {
    const calls = new Calls(world);
    const { journal, execute, trigger, workers } = deployed(world, folder, () => calls.collect());
    const running: Promise<unknown>[] = [];
    const executions = executionsOf(world);
    executions.run = async ({ input }) => {
      const { incident } = JSON.parse(input) as { readonly incident: string }; // as the trigger writes it
      const run = execute(incident);
      running.push(run);
      await Promise.allSettled([run]);
    };
    const beganMs = world.now().getTime();
    const suspects = quietAccounts(world, options);
    const told = suspects.map(async (suspect, nth) => {
      await world.clock.sleepUntil(new Date(beganMs + (nth * withinSeconds * 1000) / suspects.length));
      await trigger(eventOf(suspect, nth));
      await trigger(eventOf(suspect, nth));
    });
    await Promise.all(told);
    await Promise.all(running);
    calls.collect();
    const incidents = await endsOf(journal, beganMs);
    return { incidents, calls: calls.counts, executions: executions.all.size, workers: workers() };
  } finally {
    await world.dispose();
    await rm(folder, { recursive: true, force: true });
  }
}
