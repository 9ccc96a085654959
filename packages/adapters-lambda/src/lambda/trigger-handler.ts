import {
  type AnyPipeline,
  beginIncident,
  type Environment,
  type Finding,
  type FindingFilterOptions,
  findingFilter,
  incidentIdFor,
  type JournalProvider,
  type PlannedPipeline,
  type RunDecision,
  StepFailure,
} from '@cordon/core';
import { confirmFinding } from '@cordon/core/aws';
import { type Alarm, logAlarm, type RaiseAlarm } from './alarm.js';
import { type ExecutionPlace, ensureExecution } from './executions.js';
import { type Incoming, incomingFindings, type TrustedTopics } from './incoming.js';

export interface TriggerOptions extends ExecutionPlace {
  readonly journal: JournalProvider;
  readonly environment: Pick<Environment, 'clock' | 'account'>;
  /** Default: severity 7 and more. */
  readonly filter?: FindingFilterOptions;
  /** SNS topics that may bring findings. Default: none. */
  readonly topics?: TrustedTopics;
  /**
   * Makes sure of a finding that EventBridge has not brought itself; what it returns is used. Default: it is re-read from
   * GuardDuty, and its instance looked for, with the suspect account's session.
   */
  readonly confirm?: (finding: Finding) => Promise<Finding>;
  /** Default: one line of JSON on stderr. */
  readonly alarm?: RaiseAlarm;
  /** How many runs one engagement may have where each ended without containment; default 3. */
  readonly most?: number;
}

/** What became of one finding. */
export type TriggerAnswer =
  | {
      readonly did: 'started' | 'went-on';
      readonly instanceId: string;
      readonly incidentId: string;
      readonly execution: string;
    }
  | {
      readonly did: 'nothing';
      readonly instanceId: string;
      /** `contained`, `severity`, `FINDING_DOES_NOT_MATCH` and the like. */
      readonly because: string;
      readonly incidentId?: string;
    };

export interface TriggerResult {
  readonly findings: readonly TriggerAnswer[];
  readonly problems: Incoming['problems'];
}

export type TriggerHandler = (event: unknown) => Promise<TriggerResult>;

class Trigger {
  readonly #pipeline: AnyPipeline | PlannedPipeline;
  readonly #options: TriggerOptions;
  readonly #accepts: ReturnType<typeof findingFilter>;

  constructor(pipeline: AnyPipeline | PlannedPipeline, options: TriggerOptions) {
    this.#pipeline = pipeline;
    this.#options = options;
    this.#accepts = findingFilter(options.filter ?? { minimumSeverity: 7 });
  }

  async answer(sent: Finding, from: Incoming['from']): Promise<TriggerAnswer> {
    const { instanceId } = sent.suspect;
    // What is not accepted as it was sent is not asked about: a flood costs no calls.
    const first = this.#accepts(sent);
    if (!first.accepted) return { did: 'nothing', instanceId, because: first.because };
    const finding = from === 'aws' ? sent : await this.#confirmed(sent);
    if (finding instanceof StepFailure) return { did: 'nothing', instanceId, because: finding.code };
    const answer = this.#accepts(finding);
    if (!answer.accepted) return { did: 'nothing', instanceId, because: answer.because };
    return this.#run(finding);
  }

  /** The finding as its detector has it; a failure when there is none like it. */
  async #confirmed(sent: Finding): Promise<Finding | StepFailure> {
    const { environment, confirm } = this.#options;
    const { suspect } = sent;
    const id = incidentIdFor(sent, environment.clock.now());
    try {
      if (confirm !== undefined) return await confirm(sent);
      return await confirmFinding(environment.account('suspect', { id, suspect }), sent);
    } catch (error) {
      if (error instanceof StepFailure && error.code === 'FINDING_DOES_NOT_MATCH') return error;
      throw error;
    }
  }

  async #run(finding: Finding): Promise<TriggerAnswer> {
    const { journal, environment, most } = this.#options;
    const limit = most === undefined ? {} : { most };
    const decision = await beginIncident(this.#pipeline, finding, { journal, environment, ...limit });
    await this.#alarmAt(decision, finding);
    const { instanceId } = finding.suspect;
    if (decision.do === 'nothing' && decision.because !== 'open') {
      const { do: _, ...said } = decision;
      return { did: 'nothing', instanceId, ...said };
    }
    const { incidentId } = decision;
    const { execution, ended } = await this.#ensure(finding, incidentId);
    const message = `${ended} executions have ended and left it open`;
    if (ended > 0) await this.#raise(finding, { code: 'EXECUTION_LEFT_OPEN', message, incidentId });
    return { did: decision.do === 'start' ? 'started' : 'went-on', instanceId, incidentId, execution };
  }

  async #ensure(finding: Finding, incidentId: string) {
    try {
      return await ensureExecution(this.#options, incidentId);
    } catch (error) {
      if (error instanceof StepFailure && error.code === 'EXECUTIONS_EXHAUSTED')
        await this.#raise(finding, { code: 'EXECUTIONS_EXHAUSTED', message: error.message, incidentId });
      throw error;
    }
  }

  async #alarmAt(decision: RunDecision, finding: Finding): Promise<void> {
    const alarm = 'alarm' in decision ? decision.alarm : undefined;
    if (alarm === undefined) return;
    const incident = 'incidentId' in decision ? { incidentId: decision.incidentId } : {};
    const message = 'an earlier run of this engagement ended without containment';
    await this.#raise(finding, { code: alarm, message, ...incident });
  }

  async #raise({ suspect }: Finding, what: Pick<Alarm, 'code' | 'message' | 'incidentId'>): Promise<void> {
    const { instanceId, account, region } = suspect;
    await (this.#options.alarm ?? logAlarm)({ ...what, instanceId, account, region });
  }
}

/**
 * The Lambda function that findings come to: from EventBridge (GuardDuty; Security Hub in ASFF and OCSF), from SNS, or
 * directly (`{ instanceId, account, region, reason }`, or findings). Each accepted one begins an incident, joins the open
 * one of its instance, or finds that there is nothing to do; then an execution works on what is open. The journal decides
 * and not the execution's name. Whatever dies within it may be done again: give the function a retry and a dead-letter
 * queue. Made of `plannedPipeline(pipeline)`, written down at build time, its bundle holds no step.
 *
 * @throws AggregateError when a finding could not be dealt with; the others have been
 *
 * @example
 * export const handler = triggerHandler(pipeline, { journal, environment, account, stateMachineArn });
 */
export function triggerHandler(
  pipeline: AnyPipeline | PlannedPipeline,
  options: TriggerOptions,
): TriggerHandler {
  const trigger = new Trigger(pipeline, options);
  const { topics, environment } = options;
  return async (event) => {
    const incoming = await incomingFindings(event, { topics, clock: environment.clock });
    const findings: TriggerAnswer[] = [];
    const failures: unknown[] = [];
    for (const finding of incoming.findings) {
      try {
        findings.push(await trigger.answer(finding, incoming.from));
      } catch (error) {
        failures.push(error);
      }
    }
    if (failures.length > 0) throw new AggregateError(failures, `${failures.length} findings failed`);
    return { findings, problems: incoming.problems };
  };
}
