import type { Entry } from '../engine/entry.js';
import { RUN, runOf } from './names.js';
import type { JournalProblem, JournalProblemCode } from './problem.js';
import { quotedHeads } from './verify-anchors.js';
import type { Ledgers } from './verify-lines.js';

const SETTLED = new Set(['succeeded', 'failed', 'skipped', 'undone']);
const WORKED = new Set(['intent', 'before', 'call', 'waiting', 'retrying', 'recovering', 'reopened']);

type Place = Pick<JournalProblem, 'ledger' | 'seq'>;
const problem = (place: Place, code: JournalProblemCode, message: string): JournalProblem => ({
  ledger: place.ledger,
  seq: place.seq,
  code,
  message,
});

/** The entry that closes the incident's own run (`''`) or a later one. */
export function closingOf(ledgers: Ledgers, run: string): Entry | undefined {
  return ledgers.get(`${run}${RUN}`)?.find((entry) => entry?.kind === 'closed');
}

/** The incident's own run and later ones: `''`, `retry-1/`, `release-1/`, ... */
function runsIn(ledgers: Ledgers): readonly string[] {
  return [...new Set(['', ...Array.from(ledgers.keys(), runOf)])];
}

/** Whether there is a run and no run that is not closed. */
export function isClosed(ledgers: Ledgers): boolean {
  return runsIn(ledgers).every((run) => closingOf(ledgers, run) !== undefined);
}

function openingProblems(ledgers: Ledgers, incidentId: string): readonly JournalProblem[] {
  const first = ledgers.get(RUN)?.[0];
  if (first?.kind !== 'opened') {
    return [problem({ ledger: RUN, seq: 0 }, 'NOT_OPENED', 'The journal does not begin with its opening.')];
  }
  if ((first.body as { readonly incidentId?: unknown } | null)?.incidentId === incidentId) return [];
  return [problem(first, 'NOT_OPENED', 'It opens another incident.')];
}

/** What a visitor may leave while the run closes. */
const VISITORS = new Set(['finding', 'order', 'approval']);

/** A finding, an order or an answer may come while the run closes; anything else that the closing entry did not see is forged. */
function unknownLedger(ledger: string, entries: readonly (Entry | undefined)[]): JournalProblem {
  const place = { ledger, seq: 0 };
  return entries.every((entry) => entry !== undefined && VISITORS.has(entry.kind))
    ? problem(place, 'LATE_VISITOR', 'The finding, order or answer came when the incident was being closed.')
    : problem(place, 'LATER_THAN_CLOSED', 'The closing entry does not know this ledger.');
}

/** A ledger that belongs to a closed run: it ends where the closing entry says, with the step settled. */
function endProblems(ledgers: Ledgers, ledger: string, closing: Entry): readonly JournalProblem[] {
  const entries = ledgers.get(ledger) ?? [];
  const quoted = quotedHeads(closing.body)?.[ledger];
  const end = entries.findIndex((entry) => entry !== undefined && entry.hash === quoted);
  if (quoted === undefined) return [unknownLedger(ledger, entries)];
  if (end < 0) {
    const message = 'The entry at which the closing entry saw it end is not there.';
    return [problem({ ledger, seq: entries.length }, 'HEAD_MISMATCH', message)];
  }
  const later = entries.slice(end + 1).map((_, index) => ({ ledger, seq: end + 1 + index }));
  const late = later.map((place) => problem(place, 'LATER_THAN_CLOSED', 'It was written after the closing.'));
  return [...late, ...unsettled(ledger, entries)];
}

function unsettled(ledger: string, entries: readonly (Entry | undefined)[]): readonly JournalProblem[] {
  // A step that was taken up again has to settle again.
  const last = entries.slice(
    Math.max(
      0,
      entries.findLastIndex((entry) => entry?.kind === 'reopened'),
    ),
  );
  const worked = last.some((entry) => entry !== undefined && WORKED.has(entry.kind));
  const settled = last.some((entry) => entry !== undefined && SETTLED.has(entry.kind));
  if (!worked || settled) return [];
  return [problem({ ledger, seq: entries.length - 1 }, 'OPEN_AT_CLOSE', 'The step was never settled.')];
}

/** The ledger that holds the closing entry: it follows what it quotes of itself, and is the last. */
function runProblems(ledgers: Ledgers, closing: Entry): readonly JournalProblem[] {
  const { ledger } = closing;
  const entries = ledgers.get(ledger) ?? [];
  const later = entries
    .slice(entries.indexOf(closing) + 1)
    .map((_, index) => ({ ledger, seq: closing.seq + 1 + index }));
  const late = later.map((place) => problem(place, 'LATER_THAN_CLOSED', 'It was written after the closing.'));
  const own = quotedHeads(closing.body)?.[ledger];
  if (own === closing.prev) return late;
  return [...late, problem(closing, 'HEAD_MISMATCH', 'It does not quote the entry before it.')];
}

/** What a closing entry saw end and what is not there at all. */
function vanished(ledgers: Ledgers, closing: Entry): readonly JournalProblem[] {
  const quoted = Object.keys(quotedHeads(closing.body) ?? {});
  return quoted
    .filter((ledger) => !ledgers.has(ledger))
    .map((ledger) => problem({ ledger, seq: 0 }, 'HEAD_MISMATCH', 'The whole ledger is missing.'));
}

/** Steps of the plan that have no ledger although the run is closed. */
function unplayed(ledgers: Ledgers, closing: Entry): readonly JournalProblem[] {
  // Checked below: a hostile journal may hold anything there.
  const opening = ledgers.get(closing.ledger)?.[0]?.body as { readonly plan?: unknown } | null | undefined;
  if (!Array.isArray(opening?.plan)) return [];
  return opening.plan
    .flatMap((step: unknown) =>
      typeof step === 'object' && step !== null && 'id' in step && typeof step.id === 'string'
        ? [step.id]
        : [],
    )
    .map((id) => `${runOf(closing.ledger)}${id}`)
    .filter((ledger) => !ledgers.has(ledger))
    .map((ledger) =>
      problem({ ledger, seq: 0 }, 'OPEN_AT_CLOSE', 'The plan has the step, the journal has not.'),
    );
}

/** A retry or a release begins where the incident's own run ended; a sweep also comes to one that a dead process left. */
function tieProblems(ledgers: Ledgers, run: string): readonly JournalProblem[] {
  const closed = closingOf(ledgers, '');
  const ledger = `${run}${RUN}`;
  const first = ledgers.get(ledger)?.[0];
  if (run === '' || closed === undefined || first?.after?.[RUN] === closed.hash) return [];
  if (run.startsWith('sweep-') && first?.after?.[RUN] !== undefined) return [];
  const message = 'The run does not name the closing entry that it follows.';
  return [problem({ ledger, seq: 0 }, 'RUN_UNTIED', message)];
}

function runEnd(ledgers: Ledgers, run: string): readonly JournalProblem[] {
  const closing = closingOf(ledgers, run);
  if (closing === undefined) return tieProblems(ledgers, run);
  const steps = [...ledgers.keys()].filter((ledger) => runOf(ledger) === run && ledger !== closing.ledger);
  return [
    ...tieProblems(ledgers, run),
    ...runProblems(ledgers, closing),
    ...steps.flatMap((ledger) => endProblems(ledgers, ledger, closing)),
    ...vanished(ledgers, closing),
    ...unplayed(ledgers, closing),
  ];
}

/** Beginnings and ends: nothing open or later than `closed`, nothing gone that it saw. */
export function closingProblems(ledgers: Ledgers, incidentId: string): readonly JournalProblem[] {
  return [...openingProblems(ledgers, incidentId), ...runsIn(ledgers).flatMap((run) => runEnd(ledgers, run))];
}
