import { type Entry, type JournalProvider, verifyJournal } from '@cordon/core';
import type { scene } from './scene.js';

type Scene = Awaited<ReturnType<typeof scene>>;

/** What a host leaves, without what may differ between two worlds: ids that AWS makes, hashes, times. */
export interface Story {
  readonly journal: string;
  readonly outcome: string | undefined;
  /** How each step ended, with its facts. */
  readonly steps: Readonly<Record<string, string>>;
  /** How often each changing call succeeded that makes, gives away or removes something. */
  readonly made: Readonly<Record<string, number>>;
  /** Artifacts and saved states: once each, by whomever. */
  readonly once: readonly string[];
}

/**
 * A setting may be set again to what it is, a lock put on what is locked, an object or a policy put again where it lies, the
 * host asked once more for its connections: nothing is made by it.
 */
const HARMLESS =
  /^(sts:|s3:Put|ssm:SendCommand$|iam:PutRolePolicy$|ec2:LockSnapshot$|ec2:Modify(Instance|NetworkInterface|Snapshot)\w+$)/;

/**
 * What `inspect` saw is what was there when it looked: protection and containment do not wait for one whose process has
 * died, and have taken the address and the group away by then.
 */
const WHAT_CONTAINMENT_CHANGES = new Set([
  'publicAddress',
  'deleteOnTermination',
  'autoScalingGroup',
  'autoScaling',
  'targetGroupArns',
]);

/**
 * Evidence is locked where it lies: whoever takes up what a dead one was writing writes beside it, and the manifest names
 * what is there.
 */
const ATTEMPT = /\battempt-\d+\//g;
const SIZE = /,"sizeBytes":\d+/g;

const IDS = /\b(snap|vol|sg|sgr|eni|i|inc)-[0-9a-z-]{8,}/g;
const HASHES = /\b[0-9a-f]{32,64}\b/g;
const TIMES = /\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z/g;

function alike(value: unknown): string {
  return JSON.stringify(value, (key, inner) => (WHAT_CONTAINMENT_CHANGES.has(key) ? undefined : inner))
    .replaceAll(ATTEMPT, '')
    .replaceAll(SIZE, '')
    .replaceAll(TIMES, 'TIME')
    .replaceAll(IDS, '$1-ID')
    .replaceAll(HASHES, 'HASH');
}

function ending(entry: Entry): string | undefined {
  if (entry.kind === 'succeeded') return `succeeded ${alike(entry.body.facts)}`;
  if (entry.kind === 'failed') return `failed ${entry.body.failure.code}`;
  if (entry.kind === 'skipped') return `skipped ${entry.body.reason.because}`;
  return undefined;
}

function madeIn({ world }: Scene): Readonly<Record<string, number>> {
  const counts = new Map<string, number>();
  for (const { operation, mutating, outcome } of world.calls.all())
    if (mutating && outcome === 'ok' && !HARMLESS.test(operation))
      counts.set(operation, (counts.get(operation) ?? 0) + 1);
  return Object.fromEntries([...counts].toSorted());
}

/** What happened, for whoever compares. */
export async function storyOf(here: Scene, journal: JournalProvider, incidentId: string): Promise<Story> {
  const entries = await (await journal.visit(incidentId)).read();
  const { evidence } = here.environment();
  const { state, problems } = await verifyJournal(here.journal, incidentId, { evidence });
  const closed = entries.find(({ ledger, kind }) => ledger === 'run' && kind === 'closed');
  const steps = entries.flatMap((entry) => {
    const end = ending(entry);
    return end === undefined ? [] : [[entry.ledger, end] as const];
  });
  const once = entries.flatMap((entry) => {
    if (entry.kind === 'artifact')
      return [`${entry.ledger} artifact ${entry.body.path.replaceAll(ATTEMPT, '')}`];
    return entry.kind === 'before' ? [`${entry.ledger} before ${alike(entry.body.saved)}`] : [];
  });
  return {
    journal: [state, ...problems.map(({ message }) => message)].join('\n'),
    outcome: closed?.kind === 'closed' ? closed.body.outcome : undefined,
    steps: Object.fromEntries(steps.toSorted()),
    made: madeIn(here),
    once: [...new Set(once)].toSorted(),
  };
}

/** What the second tells otherwise, each from a little before where it differs. */
export function differencesOf(one: Story, other: Story): readonly string[] {
  const flat = (story: Story) =>
    new Map([
      ['journal', story.journal],
      ['outcome', String(story.outcome)],
      ['once', story.once.join('\n')],
      ...Object.entries(story.steps),
      ...Object.entries(story.made).map(([operation, count]) => [operation, String(count)] as const),
    ]);
  const [was, is] = [flat(one), flat(other)];
  return [...new Set([...was.keys(), ...is.keys()])].flatMap((name) => {
    const [before = '', after = ''] = [was.get(name), is.get(name)];
    if (before === after) return [];
    const at = Math.max(0, [...before].findIndex((letter, index) => letter !== after[index]) - 40);
    return [`${name}: ${after.slice(at, at + 200)} for ${before.slice(at, at + 200)}`];
  });
}
