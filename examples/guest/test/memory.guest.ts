import { text } from 'node:stream/consumers';
import { tarReader } from '@cordon/analysis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type EndedIncident, incidentOn } from '../src/incident.ts';
import { memoryExamination } from '../src/memory-examination.ts';
import { proofOf } from '../src/plants.ts';
import { type GuestScene, guestScene } from '../src/scene.ts';
import { heldAgainst, type ProcessNames, processesOn, volatilityMachine } from '../src/volatility.ts';

const TABLES = 'memory/volatility-tables.tar';

describe('memory that volatility reads on a real forensic instance', () => {
  let scene: GuestScene;
  let ended: EndedIncident;
  let ranBefore: ProcessNames;
  let ranAfter: Promise<ProcessNames> | undefined;
  const times: string[] = [];

  beforeAll(async () => {
    scene = await guestScene({ examiner: await volatilityMachine() });
    ranBefore = await processesOn(scene.suspect);
    ended = await incidentOn(scene, {
      pipeline: await memoryExamination(scene),
      heard: ({ kind, ledger, at }) => {
        if (ledger === 'memory.lime' && kind === 'succeeded') ranAfter = processesOn(scene.suspect);
        if (ledger === 'memory.volatility') times.push(`${kind} ${at}`);
      },
    });
    console.log(`guest: volatility ${times[0]}, ${times.at(-1)}`);
  });

  afterAll(() => scene?.world.dispose());

  /** Names of processes by their ids, as the step has told them to the analyses. */
  async function processesTold(): Promise<ProcessNames> {
    const tables = ended.artifacts.get(TABLES);
    if (tables === undefined) throw new Error('the step has kept no tables');
    const archive = tarReader(scene.environment.evidence.open(tables));
    for await (const { path, content } of archive.files(() => undefined)) {
      if (path !== 'live/processes.tsv') continue;
      const [head = '', ...rows] = (await text(content())).trim().split('\n');
      const [id, name] = ['pid', 'comm'].map((column) => head.split('\t').indexOf(column));
      const cells = rows.map((row) => row.split('\t'));
      return new Map(cells.map((row) => [Number(row[id ?? 0]), row[name ?? 0] ?? '']));
    }
    throw new Error('there is no table of processes');
  }

  it('ends complete, with a symbol table, and with every plugin', () => {
    expect(ended.result.steps.filter(({ status }) => status !== 'succeeded')).toEqual([]);
    const wanting = /^(?:VOLATILITY_|NO_SYMBOLS|SYMBOLS_)/;
    expect(ended.told.filter((code) => wanting.test(code))).toEqual([]);
  });

  it('holds the processes that the machine itself has shown, and no others', async () => {
    const found = await processesTold();
    const { stayed, lacking, foreign } = heldAgainst(found, ranBefore, (await ranAfter) ?? new Map());
    expect(stayed).toEqual(expect.arrayContaining(['kworkerd', '[kworker/0:1]', 'bash']));
    expect({ lacking, foreign }).toEqual({ lacking: [], foreign: [] });
  });

  it.each([
    { what: 'the reverse shell', rule: 'process.reverse-shell', names: '203.0.113.66:4444' },
    { what: 'the miner', rule: 'process.command.miner', names: 'kworkerd' },
    { what: 'that its program is gone', rule: 'process.deleted-executable', names: 'kworkerd' },
    {
      what: 'who calls himself a thread of the kernel',
      rule: 'process.kernel-thread-name',
      names: 'kworker/0:1',
    },
    { what: 'the hidden listener', rule: 'network.odd-listener', names: '31337' },
  ])('shows $what', (planted) => {
    const inMemory = ended.observations.filter(({ evidence }) =>
      evidence.some(({ artifact }) => artifact === TABLES),
    );
    expect(proofOf(planted, inMemory)).toBeDefined();
  });

  it('shows nobody who has hidden from /proc, since nobody has', () => {
    const rules = ended.observations.map(({ rule }) => rule);
    expect(rules.filter((rule) => rule === 'memory.hidden-process')).toEqual([]);
  });
});
