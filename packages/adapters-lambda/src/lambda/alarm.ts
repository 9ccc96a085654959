/** What somebody has to look at. */
export interface Alarm {
  readonly code:
    | 'CONTAINMENT_OVERDUE'
    | 'CLOSED_WITHOUT_CONTAINMENT'
    | 'RUNS_EXHAUSTED'
    | 'EXECUTION_LEFT_OPEN'
    | 'EXECUTIONS_EXHAUSTED';
  readonly incidentId?: string;
  readonly instanceId: string;
  readonly account: string;
  readonly region: string;
  /** One sentence. */
  readonly message: string;
}

/** Raises it: a metric, a topic, a pager. Called again for what goes on. */
export type RaiseAlarm = (alarm: Alarm) => void | Promise<void>;

/** One line of JSON for a metric filter. */
export function logAlarm(alarm: Alarm): void {
  console.error(JSON.stringify({ alarm: alarm.code, ...alarm }));
}
