import { analysisProgram } from '@cordon/analysis/program';
import { type Artifact, defineStep, type Entry, IncidentPipeline } from '@cordon/core';
import { collections, sweep } from '@cordon/core/steps';
import {
  addImage,
  awsError,
  BootDisk,
  commandsOf,
  DEMO,
  imagesOf,
  type MachineOptions,
} from '@cordon/testkit';
import { describe, expect, it } from 'vitest';
import { type AnywhereOptions, diskAnalysis, type ForensicOptions } from '../../src/index.js';
import { runKilled } from '../world/run-killed.js';
import { type Scene, scene } from '../world/scene.js';
import { givenCollections, planted } from './given.js';

type Remote = Partial<AnywhereOptions['remote']>;
const THERE: Remote = { where: 'forensic-instance' };

function pipeline(world: Scene, remote?: Remote, forensic: ForensicOptions = world.forensic) {
  const { stagingBucket } = world;
  const given = IncidentPipeline.create('disk').use(givenCollections(forensic));
  if (remote === undefined) return given.use(diskAnalysis());
  return given.use(diskAnalysis({ remote: { stagingBucket, ...remote } }));
}

/** The forensic image, otherwise equipped. */
function imageWith(world: Scene, more: MachineOptions): ForensicOptions {
  const content = imagesOf(world.security).peek(world.demo.security.imageId)?.content;
  if (!(content instanceof BootDisk)) throw new Error('the forensic image boots');
  const machine = { ...content.blueprint.machine, ...more };
  const { id } = addImage(world.security, {
    content: new BootDisk(world.security, { ...content.blueprint, machine }),
  });
  return { ...world.forensic, image: { amiId: id } };
}

const ofAnalysis = (entries: readonly Entry[]) => entries.filter(({ ledger }) => ledger === 'disk.analyse');
const observed = (entries: readonly Entry[]) =>
  ofAnalysis(entries).flatMap((entry) => (entry.kind === 'observations' ? entry.body.observations : []));
const artifactsOf = (entries: readonly Entry[]) =>
  ofAnalysis(entries).flatMap((entry) => (entry.kind === 'artifact' ? [entry.body] : []));
const programsOf = (entries: readonly Entry[]) =>
  artifactsOf(entries).filter(({ path }) => path.startsWith('analysis/program-'));
const sent = (entries: readonly Entry[]) =>
  ofAnalysis(entries).flatMap(({ kind, body }) =>
    kind === 'call' && body.sent !== undefined && body.outcome === 'ok' ? [body.sent] : [],
  );

const texts = ({ said }: { readonly said: readonly string[] }) => said.join('\n');

async function resultsOf(world: Scene, { facts }: { readonly facts: Readonly<Record<string, unknown>> }) {
  const { artifact, ...counts } = facts['diskAnalysis'] as {
    artifact: Artifact;
    observations: number;
    events: number;
  }; // its schema is this
  return { artifact, counts, lines: await world.read(artifact) };
}

async function analysed(remote?: Remote, more?: MachineOptions) {
  const world = await scene();
  const forensic = more === undefined ? world.forensic : imageWith(world, more);
  const result = await world.run(pipeline(world, remote, forensic));
  return { world, result, ...(await resultsOf(world, result)) };
}

/** One run of each, for all that is asked of it. */
const runs = new Map<string, Promise<Analysed>>();

interface Analysed extends Awaited<ReturnType<typeof analysed>> {
  readonly commands: readonly string[];
  readonly program: Buffer | undefined;
  /** What lies in the staging bucket, as a sweep judges it. */
  readonly staged: readonly string[];
}

async function taken(remote?: Remote): Promise<Analysed> {
  const run = await analysed(remote);
  const commands = [...commandsOf(run.world.security).values()].map(({ script }) => script);
  const [artifact] = programsOf(run.result.entries);
  const program = artifact === undefined ? undefined : await run.world.read(artifact);
  const { journal, freshEnvironment, stagingBucket } = run.world;
  const { things } = await sweep({
    journal,
    environment: freshEnvironment(),
    stagingBuckets: [stagingBucket],
  });
  const staged = things.filter(({ kind }) => kind === 'staged-object');
  return {
    ...run,
    commands,
    program,
    staged: staged.map(({ id, why }) => `${id.split('/').at(-1)}: ${why}`),
  };
}

function once(name: string, remote?: Remote): Promise<Analysed> {
  const run = runs.get(name) ?? taken(remote);
  runs.set(name, run);
  return run;
}

/** As it has always been done. */
const here = () => once('here');
const there = () => once('there', THERE);

describe('an analysis of disks', { timeout: 600_000 }, () => {
  it('finds on the forensic instance what it finds here, byte for byte', async () => {
    const [was, is] = [await here(), await there()];
    expect(is.result.outcome).toBe('complete');
    expect(is.lines.equals(was.lines)).toBe(true);
    expect(is.lines.toString()).toContain('Web shell: /var/www/html/wp-content/uploads');
    expect(is.lines.toString()).toContain('disk/vol-1.tar.gz');
    expect(observed(is.result.entries)).toEqual(observed(was.result.entries));
    expect(is.counts).toEqual(was.counts);
    const { path, sha256, origin, mediaType } = was.artifact;
    expect(is.artifact).toMatchObject({ path, sha256, origin, mediaType, acquiredBy: 'forensic-host' });
  });

  it('says where, shows how far it is, and keeps what did it beside what it found', async () => {
    const { result, program } = await there();
    expect(texts(result)).toMatch(/^ANALYSIS_PLACE: on the forensic instance i-\w+: the pipeline asks/m);
    const told = result.progress.filter(({ step }) => step === 'disk.analyse');
    const total = planted().reduce((sum, { length }) => sum + length, 0);
    expect(told.at(-1)).toMatchObject({ done: total, total, unit: 'bytes' });
    const { name, sha256, text } = await analysisProgram();
    expect(sent(result.entries).map(({ script, tools }) => [script, tools])).toEqual([
      ['analyse', [{ name, sha256 }]],
      ['upload-results', undefined],
    ]);
    expect(programsOf(result.entries)).toMatchObject([{ sha256, acquiredBy: 'cordon' }]);
    expect(program?.toString()).toBe(text);
    const results = artifactsOf(result.entries).find(({ path }) => path === 'analysis/disk.jsonl');
    expect(results?.acquiredWith?.scripts?.map(({ script }) => script)).toEqual([
      'analyse',
      'upload-results',
    ]);
    expect(results?.acquiredWith?.rules).toContainEqual({
      name: 'reverse-shells.yml',
      sha256: expect.any(String),
    });
  });

  it('leaves nothing in the staging bucket that a sweep does not know', async () => {
    expect((await there()).staged.toSorted()).toEqual([
      'disk.jsonl.order.sheet: a list of URLs that have expired',
      'disk.jsonl.order: what a host was told to look for',
      'disk.jsonl.progress: how far a host was',
      'disk.jsonl.sheet: a list of URLs that have expired',
      'disk.jsonl: in the evidence store by now',
    ]);
  });

  it('tells nobody who reads commands where evidence lies, or what is looked for', async () => {
    const { commands } = await there();
    expect(commands).toHaveLength(2);
    for (const script of commands) {
      const [, packed = ''] = /^CORDON_PARAMS='([^']*)'$/m.exec(script) ?? [];
      const told = Buffer.from(packed, 'base64').toString();
      expect(told).toContain(DEMO.stagingBucket);
      expect(told).not.toContain(DEMO.evidenceBucket);
      expect(told).not.toContain('203.0.113.66');
    }
  });

  it('is finished, and analysed once, though the driver dies right after each call that changes something', async () => {
    const world = await scene();
    const arm = defineStep({
      id: 'test.arm',
      title: 'From now on the driver dies',
      phase: 'examine',
      needs: [collections],
      provides: [],
      async start(ctx) {
        world.world.faults.add({ operation: 's3:PutObject', fault: 'crash-after', times: 4 });
        world.world.faults.add({ operation: 'ssm:SendCommand', fault: 'crash-after', times: 2 });
        return ctx.done({});
      },
    });
    const given = IncidentPipeline.create('disk').use(givenCollections(world.forensic)).use(arm);
    const remote = { ...THERE, stagingBucket: world.stagingBucket };
    const killed = await runKilled(world, given.use(diskAnalysis({ remote }), { after: ['test.arm'] }));
    expect(killed.outcome).toBe('complete');
    // Of what is put, some lay there already when it was put again.
    expect(killed.kills).toBeGreaterThanOrEqual(4);
    expect(commandsOf(world.security).size).toBe(2);
    expect((await resultsOf(world, killed)).lines.equals((await here()).lines)).toBe(true);
  });

  it.each([
    ['NODE_MISSING', /put Node\.js 20 or newer into the forensic image/, { node: 'absent' }],
    ['NO_SPACE', /make the forensic image with a larger root volume/, { diskUsedBytes: 63 * 2 ** 30 }],
  ] as const)('is done here where the instance cannot, and says what to do: %s', async (code, hint, more) => {
    const { result, lines } = await analysed(THERE, more);
    expect(result.outcome).toBe('complete');
    expect(texts(result)).toMatch(new RegExp(`^${code}: `, 'm'));
    expect(texts(result)).toMatch(hint);
    expect(texts(result)).toMatch(/^ANALYSIS_PLACE: here, where it fits/m);
    expect(lines.equals((await here()).lines)).toBe(true);
  });

  it('is done here where the instance has gone', async () => {
    const world = await scene();
    const gone = awsError('InvalidInstanceId', 'Instances [[i-0]] not in a valid state for account');
    world.world.faults.add({ operation: 'ssm:SendCommand', fault: gone });
    const result = await world.run(pipeline(world, THERE));
    expect(texts(result)).toMatch(/^InvalidInstanceId: .*the forensic instance has gone/m);
    expect((await resultsOf(world, result)).lines.equals((await here()).lines)).toBe(true);
  });

  it('stays here, and says why, where nobody ends the process', async () => {
    const { result } = await analysed({});
    expect(texts(result)).toMatch(/^ANALYSIS_PLACE: here: nobody ends this process, and 0\.\d MB/m);
    expect(sent(result.entries)).toEqual([]);
  });
});
