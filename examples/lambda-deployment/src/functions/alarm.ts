import type { Alarm } from '@cordon/adapters-lambda/lambda';
import { count } from './metric.ts';

const METRICS: Readonly<Record<Alarm['code'], string>> = {
  CONTAINMENT_OVERDUE: 'ContainmentOverdue',
  CLOSED_WITHOUT_CONTAINMENT: 'ClosedWithoutContainment',
  RUNS_EXHAUSTED: 'RunsExhausted',
  EXECUTION_LEFT_OPEN: 'ExecutionLeftOpen',
  EXECUTIONS_EXHAUSTED: 'ExecutionsExhausted',
};

/** The metrics that somebody is woken for. */
export const ALARM_METRICS: readonly string[] = Object.values(METRICS);

/** The words go to the log, and a count to the metric that the alarm is set on. */
export function raise(alarm: Alarm): void {
  console.error(JSON.stringify({ alarm: alarm.code, ...alarm }));
  count({ [METRICS[alarm.code]]: 1 });
}
