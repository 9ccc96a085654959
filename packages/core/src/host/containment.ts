import type { Entry } from '../engine/entry.js';
import type { Suspect } from '../engine/finding.js';

/** How an incident stands with its one purpose, as its journal tells it. */
export interface ContainmentView {
  readonly suspect: Suspect;
  /** Times are milliseconds since the epoch. */
  readonly openedAt: number;
  readonly isClosed: boolean;
  /** When the last of its contain steps succeeded, also in a retry; undefined: not contained. */
  readonly containedAt: number | undefined;
  /** Whether a person let the suspect out again. */
  readonly isReleased: boolean;
  /** A guard's no that skipped the containment; with the person who said it, when one did. */
  readonly refused: { readonly by?: string } | undefined;
  /** Whether the plan contains at all. */
  readonly contains: boolean;
}

const LATER_RUN = /^(?:retry|release)-[0-9]+\//;
const RELEASE_RUN = /^release-[0-9]+\/run$/;

type Settled = Entry & { readonly kind: 'succeeded' | 'failed' | 'skipped' };

function isSettled(entry: Entry): entry is Settled {
  return entry.kind === 'succeeded' || entry.kind === 'failed' || entry.kind === 'skipped';
}

/** How each step last settled, in whichever run. */
function settlements(entries: readonly Entry[]): ReadonlyMap<string, Settled> {
  const settled = entries.filter(isSettled).toSorted((a, b) => Date.parse(a.at) - Date.parse(b.at));
  return new Map(settled.map((entry) => [entry.ledger.replace(LATER_RUN, ''), entry]));
}

function containedAt(steps: readonly (Settled | undefined)[]): number | undefined {
  const times = steps.map((entry) => (entry?.kind === 'succeeded' ? Date.parse(entry.at) : undefined));
  if (times.length === 0 || times.includes(undefined)) return undefined;
  return Math.max(...times.map((time) => time ?? 0));
}

function refusalOf(steps: readonly (Settled | undefined)[], all: ReadonlyMap<string, Settled>) {
  const skipped = steps.find((entry) => entry?.kind === 'skipped' && entry.body.reason.because === 'refused');
  if (skipped?.kind !== 'skipped' || skipped.body.reason.because !== 'refused') return undefined;
  for (const guard of skipped.body.reason.guards) {
    const said = all.get(guard);
    const by = said?.kind === 'succeeded' ? said.body.verdict?.by : undefined;
    if (by !== undefined) return { by };
  }
  return {};
}

/** Reads an incident's journal for its containment; undefined when nothing was opened in it. */
export function containmentView(entries: readonly Entry[]): ContainmentView | undefined {
  const opened = entries.find((entry) => entry.ledger === 'run' && entry.kind === 'opened');
  if (opened?.kind !== 'opened') return undefined;
  const all = settlements(entries);
  const steps = opened.body.plan.filter(({ phase }) => phase === 'contain').map(({ id }) => all.get(id));
  return {
    suspect: opened.body.finding.suspect,
    openedAt: Date.parse(opened.at),
    isClosed: entries.some(({ ledger, kind }) => ledger === 'run' && kind === 'closed'),
    containedAt: containedAt(steps),
    isReleased: entries.some(
      (entry) =>
        entry.kind === 'closed' && RELEASE_RUN.test(entry.ledger) && entry.body.outcome === 'complete',
    ),
    refused: refusalOf(steps, all),
    contains: steps.length > 0,
  };
}
