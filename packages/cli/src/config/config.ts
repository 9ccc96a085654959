import type {
  Anchor,
  AnyPipeline,
  Duration,
  Environment,
  FindingFilterOptions,
  IncidentRun,
  InspectableJournal,
  KnownFacts,
  StepEstimate,
} from '@cordon/core';
import type { AwsEnvironmentOptions } from '@cordon/core/aws';

/** Somebody who is told of a run: `slackNotifier` of `@cordon/notifier-slack` is one. */
export interface Notifier {
  /** Called before the run begins. What it throws stops nothing. */
  attach(run: Pick<IncidentRun, 'events'>): void;
  /** Used beside the configuration's own anchors. */
  readonly anchor?: Anchor;
  /** Waits until everything is said, `within` at most. */
  flush?(within: Duration): Promise<unknown>;
}

/** The world that incidents happen in, or what `awsEnvironment` makes it from. */
export type ConfiguredEnvironment = Environment | AwsEnvironmentOptions;

/** What `cordon.config.ts` exports as `config`. */
export interface CordonConfig {
  readonly pipeline: AnyPipeline;
  /** Asked only by commands that touch AWS or evidence: `cordon plan` needs no credentials. */
  readonly environment: () => ConfiguredEnvironment | Promise<ConfiguredEnvironment>;
  readonly journal: InspectableJournal;
  /** Where the journal's heads are published, at contain, seal and close. */
  readonly anchors?: readonly Anchor[];
  readonly notifiers?: readonly Notifier[];
  /** Which findings start an incident. Default: severity 7 and more, no samples. A person's own word always does. */
  readonly filter?: FindingFilterOptions;
  /** Buckets through which uploads come: `cordon sweep` looks there too. */
  readonly stagingBuckets?: readonly string[];
  /**
   * What one incident takes of the host that it runs on, for the plan: `stepFunctionsEstimate` of
   * `@cordon/adapters-lambda/step-functions` is one. Default: not told.
   */
  readonly hostEstimate?: (pipeline: AnyPipeline, known: KnownFacts) => readonly StepEstimate[];
}

/**
 * Types a configuration; does nothing else.
 *
 * @example
 * export const config = defineCordonConfig({
 *   pipeline,
 *   environment: () => ({
 *     evidence: s3Evidence({ ... }),
 *     suspect: { roleArn: (account) => `arn:aws:iam::${account}:role/CordonResponder` },
 *     security: { account: '999900001111' },
 *   }),
 *   journal: fileJournal({ directory: './incidents' }),
 * });
 */
export function defineCordonConfig(config: CordonConfig): CordonConfig {
  return config;
}
