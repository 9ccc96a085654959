import { type Artifact, beginIncident, type Entry, IncidentPipeline, type WorkDone } from '@cordon/core';
import { cleanup } from '@cordon/core/steps';
import { diskAnalysis, type RemoteOptions } from '@cordon/steps-disk';
import { awsError, commandsOf } from '@cordon/testkit';
import { describe, expect, it } from 'vitest';
import { givenCollections } from '../../../steps-disk/test/analysis/given.js';
import { type Scene, scene } from '../../../steps-disk/test/world/scene.js';
import { stepHandler } from '../../src/lambda/step-handler.js';

/** As the deployment has it, and one that an old template made. */
const FUNCTION = { getRemainingTimeInMillis: () => 900_000, memoryLimitInMB: '2048' };
const SMALL = { ...FUNCTION, memoryLimitInMB: '256' };
/** An invocation that ends before anything could be read. */
const LATE = { ...FUNCTION, getRemainingTimeInMillis: () => 60_000 };

/** A disk so slow that half a megabyte is much. */
const MUCH: Partial<RemoteOptions> = { bytesPerSecond: 500 };

interface Given {
  readonly context?: typeof FUNCTION;
  readonly remote?: Partial<RemoteOptions>;
  readonly before?: (here: Scene) => void;
}

/** Every invocation has a handler of its own, as after a cold start. */
async function driven({ context = FUNCTION, remote, before }: Given) {
  const here = await scene();
  const { world, journal, finding, stagingBucket } = here;
  const pipeline = IncidentPipeline.create('t')
    .use(givenCollections(here.forensic))
    .use(diskAnalysis({ remote: { stagingBucket, ...remote } }))
    .use(cleanup());
  const decision = await beginIncident(pipeline, finding, { journal, environment: here.freshEnvironment() });
  if (decision.do !== 'start') throw new Error('not begun');
  const { incidentId: incident } = decision;
  const invoke = (step: string, given: typeof FUNCTION): Promise<WorkDone> =>
    stepHandler(pipeline, { journal, environment: here.freshEnvironment() })(
      { do: 'act', incident, step },
      given,
    );
  await invoke('test.given', FUNCTION);
  before?.(here);
  let done = await invoke('disk.analyse', context);
  for (let looks = 0; done.status === 'waiting' && looks < 50; looks += 1) {
    await world.clock.advance(done.seconds * 1000);
    done = await invoke('disk.analyse', context);
  }
  const entries = (await (await journal.visit(incident)).read()).filter(
    ({ ledger }) => ledger === 'disk.analyse',
  );
  return { here, entries, said: saidIn(entries), ...(await linesIn(here, entries)) };
}

function saidIn(entries: readonly Entry[]): string {
  const notices = entries.flatMap((entry) => (entry.kind === 'notice' ? [entry.body] : []));
  return notices
    .map(({ code, message, gap }) => `${gap === true ? 'gap ' : ''}${code}: ${message}`)
    .join('\n');
}

async function linesIn(here: Scene, entries: readonly Entry[]) {
  const succeeded = entries.find((entry) => entry.kind === 'succeeded');
  if (succeeded?.kind !== 'succeeded') throw new Error(JSON.stringify(entries.at(-1)));
  const { artifact } = succeeded.body.facts['diskAnalysis'] as unknown as { artifact: Artifact }; // its schema is this
  return { artifact, lines: (await here.read(artifact)).toString() };
}

describe('the place of an analysis in Lambda', { timeout: 600_000 }, () => {
  it('is the function while it fits, and else the forensic instance, with the same results and observations', async () => {
    const inside = await driven({});
    expect(inside.said).toMatch(/^ANALYSIS_PLACE: here: 0\.\d MB of evidence take about 1 s of the 895 s/m);
    const small = await driven({ context: SMALL });
    expect(small.said).toMatch(
      /^ANALYSIS_PLACE: on the forensic instance i-\w+: .*this host gives 895 s and 256 MiB: it takes 512 MiB$/m,
    );
    const much = await driven({ remote: MUCH });
    expect(much.said).toMatch(/^ANALYSIS_PLACE: on the forensic instance .*of which 626 s are counted on$/m);
    const seen = (entries: readonly Entry[]) =>
      entries.flatMap((entry) => (entry.kind === 'observations' ? entry.body.observations : []));
    for (const { lines, entries, here } of [small, much]) {
      expect(lines).toBe(inside.lines);
      expect(seen(entries)).toEqual(seen(inside.entries));
      expect(commandsOf(here.security).size).toBe(2);
    }
  });

  it('is the function as far as its time goes where the instance cannot, and what is not read is a gap', async () => {
    const gone = (here: Scene) =>
      void here.world.faults.add({
        operation: 'ssm:SendCommand',
        fault: awsError('AccessDeniedException', 'not authorized'),
        times: 9,
      });
    const { said, artifact, lines } = await driven({ context: LATE, remote: MUCH, before: gone });
    expect(said).toMatch(/^ANALYSIS_PLACE: here, as far as the time allows: AccessDenied/m);
    expect(said).toMatch(/^gap EVIDENCE_NOT_ALL_ANALYSED: disk\/vol-0\.tar\.gz: \d+ of \d+ bytes/m);
    expect(said).toMatch(/^gap EVIDENCE_NOT_ALL_ANALYSED: disk\/vol-1\.tar\.gz: /m);
    expect(artifact.path).toMatch(/^analysis\/disk-part-[0-9TZ]+\.jsonl$/);
    expect(lines).not.toContain('Web shell');
  });
});
