import type { Entry, IncidentRun } from '@cordon/core';

/** What is used of pino: an object of fields, and a text that is ours. */
export interface Log {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

function told(entry: Entry): { readonly level: keyof Log; readonly fields: object } | undefined {
  switch (entry.kind) {
    case 'opened':
      return {
        level: 'info',
        fields: { suspect: entry.body.finding.suspect, type: entry.body.finding.type },
      };
    case 'finding':
      return { level: 'info', fields: { finding: entry.body.finding.id, type: entry.body.finding.type } };
    case 'succeeded':
    case 'resumed':
      return { level: 'info', fields: {} };
    case 'failed':
    case 'retrying':
      return { level: 'warn', fields: { failure: entry.body.failure } };
    case 'skipped':
      return { level: 'warn', fields: { reason: entry.body.reason } };
    case 'notice':
      return { level: 'warn', fields: entry.body };
    case 'closed':
      return {
        level: entry.body.outcome === 'failed' ? 'error' : 'info',
        fields: { outcome: entry.body.outcome },
      };
    default:
      return undefined;
  }
}

/** Logs what a run does, one line an entry that somebody on duty wants to see. Texts of findings are fields, as JSON. */
export function logRun(log: Log, incidentId: string, run: Pick<IncidentRun, 'events'>): void {
  run.events.on('entry', (entry) => {
    const line = told(entry);
    if (line === undefined) return;
    const { ledger: step, seq, at } = entry;
    log[line.level]({ incidentId, step, seq, at, ...line.fields }, entry.kind);
  });
}
