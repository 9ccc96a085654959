import type { WatchedRun } from '@cordon/core';
import { type Milestone, onMilestone } from './milestones.js';

export interface EmfOptions {
  /** Default `Cordon`. */
  readonly namespace?: string;
  /** Gets one line of JSON per set of metrics, without its end. Default: standard output, which Lambda gives to CloudWatch Logs. */
  readonly write?: (line: string) => void;
}

export interface EmfMetrics {
  /** Listens to a run. Call it before the run begins: right after `startIncident`. */
  attach(run: WatchedRun): void;
}

/** A metric: its value, and CloudWatch's name of its unit. */
type Metric = readonly [value: number, unit: 'Count' | 'Seconds' | 'Bytes'];

interface MetricSet {
  readonly at: number;
  readonly metrics: Readonly<Record<string, Metric>>;
  /** What the metrics can be told apart by: few values each, for every combination is a metric that is paid for. */
  readonly dimensions: Readonly<Record<string, string>>;
  /** What a log query finds beside them: ids belong here. */
  readonly properties: Readonly<Record<string, string | number>>;
}

const seconds = (from: number, to: number): Metric => [(to - from) / 1000, 'Seconds'];
const one = (is: boolean): Metric => [is ? 1 : 0, 'Count'];

type Tally = Extract<Milestone, { is: 'closed' }>['tally'];

const closingMetrics = (tally: Tally): MetricSet['metrics'] => ({
  IncidentsClosed: one(true),
  EvidenceBytes: [tally.evidenceBytes, 'Bytes'],
  Artifacts: [tally.artifacts, 'Count'],
  StepsFailed: [tally.failed, 'Count'],
  StepsSkipped: [tally.skipped, 'Count'],
  Retries: [tally.retries, 'Count'],
});

function setOf(milestone: Milestone): MetricSet {
  const { incident } = milestone;
  const { id, pipeline, openedAt, account, region } = incident;
  const properties = { incident: id, suspectAccount: account, suspectRegion: region };
  const dimensions = { Pipeline: pipeline };
  switch (milestone.is) {
    case 'opened':
      return { at: openedAt, metrics: { IncidentsOpened: one(true) }, dimensions, properties };
    case 'contained': {
      const metrics = { ContainmentTime: seconds(openedAt, milestone.at) };
      return { at: milestone.at, metrics, dimensions, properties };
    }
    case 'settled': {
      const { step, phase, as, startedAt, endedAt, attempts, code } = milestone;
      return {
        at: endedAt,
        metrics: {
          ...(as === 'skipped' ? {} : { StepDuration: seconds(startedAt, endedAt) }),
          StepFailed: one(as === 'failed'),
          StepSkipped: one(as === 'skipped'),
        },
        dimensions: { ...dimensions, Step: step },
        properties: { ...properties, phase, as, attempts, ...(code === undefined ? {} : { code }) },
      };
    }
    case 'closed': {
      const { at, outcome, tally } = milestone;
      const metrics = { IncidentDuration: seconds(openedAt, at), ...closingMetrics(tally) };
      return { at, metrics, dimensions: { ...dimensions, Outcome: outcome }, properties };
    }
  }
}

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html */
function lineOf(namespace: string, { at, metrics, dimensions, properties }: MetricSet): string {
  const names = Object.entries(metrics).map(([Name, [, Unit]]) => ({ Name, Unit }));
  const values = Object.fromEntries(Object.entries(metrics).map(([name, [value]]) => [name, value]));
  const all = Object.keys(dimensions);
  return JSON.stringify({
    _aws: {
      Timestamp: at,
      CloudWatchMetrics: [
        {
          Namespace: namespace,
          // Over all steps and outcomes, and for each.
          Dimensions: all.length > 1 ? [all.slice(0, 1), all] : [all],
          Metrics: names,
        },
      ],
    },
    ...properties,
    ...dimensions,
    ...values,
  });
}

/**
 * Metrics of incidents for CloudWatch, in its embedded metric format: one line of JSON per set, to a log that CloudWatch
 * reads. Times are the journal's.
 *
 * @example
 * const metrics = emfMetrics();
 * const run = startIncident(pipeline, finding, { journal, environment });
 * metrics.attach(run);
 */
export function emfMetrics(options: EmfOptions = {}): EmfMetrics {
  const { namespace = 'Cordon', write = (line) => process.stdout.write(`${line}\n`) } = options;
  return {
    attach(run) {
      onMilestone(run, (milestone) => write(lineOf(namespace, setOf(milestone))));
    },
  };
}
