import type { Entry, JournalProvider } from '../engine/entry.js';
import { containmentView } from './containment.js';

/** What a trigger is to do with a finding whose incident has this id. */
export type RunDecision =
  | {
      readonly do: 'start';
      /** The id itself, or `<id>-r2` and so on after runs that ended without containment. */
      readonly incidentId: string;
      /** Set when an earlier run ended without containment: somebody has to look. */
      readonly alarm?: 'CLOSED_WITHOUT_CONTAINMENT';
    }
  | {
      readonly do: 'nothing';
      readonly incidentId: string;
      /** `open`: a run is at it (start it again when its process is dead: that resumes it). */
      readonly because: 'open' | 'contained' | 'released' | 'refused';
    }
  /** So many runs have ended without containment that another one is no answer. */
  | { readonly do: 'nothing'; readonly because: 'exhausted'; readonly alarm: 'RUNS_EXHAUSTED' };

const DEFAULT_MOST = 3;

/** What this journal says about another run; undefined: it ended without containment. */
function settledBy(incidentId: string, entries: readonly Entry[]): RunDecision | undefined {
  const view = containmentView(entries);
  if (view === undefined) return { do: 'start', incidentId };
  const nothing = (because: 'open' | 'contained' | 'released' | 'refused') =>
    ({ do: 'nothing', incidentId, because }) as const;
  if (view.isReleased) return nothing('released');
  if (view.containedAt !== undefined) return nothing('contained');
  if (!view.isClosed) return nothing('open');
  // A person's no stands. Where nobody answered, somebody is asked again.
  return view.refused?.by === undefined ? undefined : nothing('refused');
}

/** The id that the engagement began with, and its lease is held under: `<id>` also for `<id>-r2`. */
export function firstRun(incidentId: string): string {
  return incidentId.replace(/-r[2-9][0-9]*$/, '');
}

function nthRun(incidentId: string, nth: number): string {
  return nth === 1 ? incidentId : `${incidentId}-r${nth}`;
}

/**
 * Whether a finding needs a run, by the journal: the name of an execution is no truth (it is free again after 90 days,
 * and answers 200 while it runs). Open or contained: nothing. Closed without containment: another run, capped, and an
 * alarm. Reads only.
 *
 * @param entriesOf - entries of an incident; none when it has no journal
 */
export async function decideRun(
  incidentId: string,
  options: {
    readonly entriesOf: (incidentId: string) => Promise<readonly Entry[]>;
    /** How many runs at most; default 3. */
    readonly most?: number;
  },
): Promise<RunDecision> {
  const { entriesOf, most = DEFAULT_MOST } = options;
  for (let nth = 1; nth <= most; nth += 1) {
    const id = nthRun(incidentId, nth);
    const decision = settledBy(id, await entriesOf(id));
    if (decision === undefined) continue;
    const again = decision.do === 'start' && nth > 1;
    return again ? { ...decision, alarm: 'CLOSED_WITHOUT_CONTAINMENT' } : decision;
  }
  return { do: 'nothing', because: 'exhausted', alarm: 'RUNS_EXHAUSTED' };
}

/** `entriesOf` for `decideRun`: as the journal holds them, unchecked; `verify` is who checks. */
export function entriesIn(journal: JournalProvider): (incidentId: string) => Promise<readonly Entry[]> {
  return async (incidentId) => {
    const store = await journal.visit(incidentId);
    try {
      return await store.read();
    } finally {
      await store.close?.();
    }
  };
}
