import { type Duration, milliseconds } from '../engine/duration.js';
import type { Entry } from '../engine/entry.js';
import type { Suspect } from '../engine/finding.js';
import { suspectKey } from '../findings/incident-id.js';
import { type ContainmentView, containmentView } from './containment.js';

/** One incident of a journal, to be looked at. */
export interface IncidentEntries {
  readonly incidentId: string;
  readonly entries: readonly Entry[];
}

/** A finding that was accepted, and whose suspect is not contained in time. */
export interface OverdueContainment {
  readonly code: 'CONTAINMENT_OVERDUE';
  readonly incidentId: string;
  readonly suspect: Suspect;
  /** ISO 8601, UTC. */
  readonly openedAt: string;
  readonly sinceMs: number;
  /** `open`: a run is, or should be, at it; `closed`: it ended without containment. */
  readonly state: 'open' | 'closed';
}

interface Looked {
  readonly incidentId: string;
  readonly view: ContainmentView;
}

/** The youngest incident of each suspect: an earlier one that failed is its business. */
function youngest(incidents: readonly IncidentEntries[]): readonly Looked[] {
  const bySuspect = new Map<string, Looked>();
  for (const { incidentId, entries } of incidents) {
    const view = containmentView(entries);
    if (view === undefined) continue;
    const key = suspectKey(view.suspect);
    const known = bySuspect.get(key);
    if (known === undefined || known.view.openedAt <= view.openedAt) bySuspect.set(key, { incidentId, view });
  }
  return [...bySuspect.values()];
}

/**
 * The suspects that should be contained by now and are not, for a check that runs outside of what should have contained
 * them: a run that died, or whose journal nobody drives, cannot raise its own alarm. A guard's no is no delay; an approval
 * that nobody gives is one. Where not even the journal was begun, nothing is seen here: watch the trigger too.
 *
 * @param options - `within` counts from the opening of the incident
 */
export function overdueContainments(
  incidents: readonly IncidentEntries[],
  options: { readonly now: Date; readonly within: Duration },
): readonly OverdueContainment[] {
  const now = options.now.getTime();
  const withinMs = milliseconds(options.within);
  return youngest(incidents).flatMap(({ incidentId, view }) => {
    const { contains, isReleased, refused, openedAt, suspect, isClosed } = view;
    const settled = view.containedAt !== undefined || isReleased || refused !== undefined;
    const sinceMs = now - openedAt;
    if (!contains || settled || sinceMs <= withinMs) return [];
    const state = isClosed ? ('closed' as const) : ('open' as const);
    const at = new Date(openedAt).toISOString();
    return [{ code: 'CONTAINMENT_OVERDUE' as const, incidentId, suspect, openedAt: at, sinceMs, state }];
  });
}
