import type { ChangeSummary, DecisionSummary, GapSummary, IncidentView, StepSummary } from './context.js';
import type { Engagement } from './engagement.js';
import type { Entry } from './entry.js';
import { type Settlement, type StepState, settlementOf } from './incident-state.js';
import { planDigest } from './plan-digest.js';

function reasonOf(settlement: Settlement | undefined): string | undefined {
  if (settlement?.as === 'failed') return `${settlement.failure.code}: ${settlement.failure.message}`;
  if (settlement?.as !== 'skipped') return undefined;
  const { reason } = settlement;
  if (reason.because === 'missing') return `needs ${reason.facts.join(', ')}`;
  if (reason.because === 'refused') return `refused by ${reason.guards.join(', ')}`;
  return reason.because;
}

function statusOf(state: StepState): StepSummary['status'] {
  const settlement = settlementOf(state);
  if (settlement !== undefined) return settlement.as;
  return state.status.is === 'pending' ? 'pending' : 'running';
}

/** How every step stands; in a later run those of the incident's own, with what the later one did over again. */
export function stepSummaries(engagement: Engagement): readonly StepSummary[] {
  const again = new Set(engagement.plan.steps.map(({ step }) => step.id));
  const { plan } = engagement.earlier ?? engagement;
  return plan.steps.map(({ step }) => {
    const run = engagement.earlier === undefined || again.has(step.id) ? engagement : engagement.earlier;
    const state = run.state.step(step.id);
    const reason = reasonOf(settlementOf(state));
    return {
      id: step.id,
      phase: step.phase,
      status: statusOf(state),
      ...(state.firstIntentAt === undefined
        ? {}
        : { startedAt: new Date(state.firstIntentAt).toISOString() }),
      ...(state.status.is === 'settled' ? { settledAt: new Date(state.status.at).toISOString() } : {}),
      ...(reason === undefined ? {} : { reason }),
    };
  });
}

function change(entry: Entry & { kind: 'call' }): ChangeSummary {
  const { at, operation, resources, principal, outcome, requestId } = entry.body;
  return {
    step: entry.ledger,
    at,
    operation,
    resources,
    principal,
    outcome,
    ...(requestId === undefined ? {} : { requestId }),
  };
}

function decisions(entries: readonly Entry[]): readonly DecisionSummary[] {
  return entries.flatMap((entry) => {
    const verdict = entry.kind === 'succeeded' ? entry.body.verdict : undefined;
    if (verdict === undefined) return [];
    const { allow, reason, by } = verdict;
    return [{ guard: entry.ledger, at: entry.at, allow, reason, ...(by === undefined ? {} : { by }) }];
  });
}

function gaps(entries: readonly Entry[]): readonly GapSummary[] {
  return entries.flatMap((entry) => {
    if (entry.kind !== 'notice' || entry.body.gap !== true) return [];
    const { code, message } = entry.body;
    return [{ step: entry.ledger, code, message }];
  });
}

/** The incident as steps see it: read from the journal when asked. */
export function incidentView(engagement: Engagement): IncidentView {
  const { journal, finding } = engagement;
  return {
    id: engagement.id,
    finding,
    suspect: finding.suspect,
    planSha256: planDigest(engagement.plan),
    openedAt: new Date(engagement.state.openedAt ?? engagement.now().getTime()).toISOString(),
    steps: () => stepSummaries(engagement),
    artifacts: () =>
      journal.entries.flatMap((entry) =>
        entry.kind === 'artifact' ? [{ ...entry.body, step: entry.ledger }] : [],
      ),
    observations: () =>
      journal.entries.flatMap((entry) => (entry.kind === 'observations' ? entry.body.observations : [])),
    changes: () =>
      journal.entries.flatMap((entry) =>
        entry.kind === 'call' && entry.body.mutating ? [change(entry)] : [],
      ),
    decisions: () => decisions(journal.entries),
    gaps: () => gaps(journal.entries),
    heads: () => journal.heads(),
  };
}
