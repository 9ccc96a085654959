import type { Account } from '../engine/account.js';
import type { Clock } from '../engine/clock.js';
import { type Duration, milliseconds } from '../engine/duration.js';
import { StepFailure } from '../engine/failure.js';
import { ssm } from './operations.js';

/**
 * The agent pings every five minutes (`HealthFrequencyMinutes`, https://github.com/aws/amazon-ssm-agent), and a ping that
 * fails is not sent again: swapped groups cost it one or two, a machine that writes its memory out another. Three in a
 * row are no accident.
 */
const SILENT_AFTER: Duration = { minutes: 15 };

/** Systems Manager has the same rates for all of an account, and what is asked here changes every five minutes. */
const BETWEEN_QUESTIONS: Duration = { minutes: 1 };

/** What SSM knows of an agent. */
interface Heard {
  /** `Online`, `ConnectionLost`; absent where SSM no longer lists it: it lists neither stopped nor terminated instances. */
  readonly status?: string | undefined;
  readonly at?: Date | undefined;
}

async function heardOf(account: Account, instanceId: string): Promise<Heard> {
  const Filters = [{ Key: 'InstanceIds', Values: [instanceId] }];
  let next: string | undefined;
  do {
    const page = await account.call(ssm.DescribeInstanceInformation, {
      Filters,
      ...(next === undefined ? {} : { NextToken: next }),
    });
    const [found] = page.InstanceInformationList ?? [];
    if (found !== undefined) return { status: found.PingStatus, at: found.LastPingDateTime };
    next = page.NextToken;
  } while (next !== undefined && next !== '');
  return {};
}

function silent(instanceId: string, { status, at }: Heard): StepFailure {
  const since = at === undefined ? '' : ` since ${at.toISOString()}`;
  return StepFailure.permanent(
    'AGENT_SILENT',
    `Systems Manager has heard nothing of the agent of ${instanceId}${since} (${status ?? 'no longer listed'}): the agent, the kernel, or their way out is gone. What the command has written may still lie on the disks, and in their snapshots; the console output tells of a panic`,
  );
}

/**
 * Whether agents still live whose commands run: SSM itself says so of a command only when its execution timeout is over.
 * One of these for each process keeps the questions few.
 */
export class AgentPulse {
  readonly #clock: Clock;
  readonly #askedMs = new Map<string, number>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /**
   * Asks, now and then, whether SSM hears of the agent. Not before so long after the command has begun, which was a sign
   * of life; and where SSM still calls it online, it is, whatever the age of its last ping: its owner may have told it to
   * ping once an hour.
   *
   * @throws StepFailure `AGENT_SILENT`
   */
  async feel(
    { account, instanceId }: { readonly account: Account; readonly instanceId: string },
    begunAt: Date | undefined,
  ): Promise<void> {
    if (!this.#isSilence(begunAt) || !this.#mayAsk(instanceId)) return;
    const heard = await heardOf(account, instanceId).catch((error: unknown) => unlessAborted(error));
    if (heard === undefined || heard.status === 'Online' || !this.#isSilence(heard.at)) return;
    // What is not listed says nothing of when it was: then the command must be known to be old.
    if (heard.status === undefined && begunAt === undefined) return;
    throw silent(instanceId, heard);
  }

  #isSilence(since: Date | undefined): boolean {
    if (since === undefined) return true;
    return this.#clock.now().getTime() - since.getTime() > milliseconds(SILENT_AFTER);
  }

  #mayAsk(instanceId: string): boolean {
    const nowMs = this.#clock.now().getTime();
    for (const [id, ms] of this.#askedMs)
      if (nowMs - ms >= milliseconds(BETWEEN_QUESTIONS)) this.#askedMs.delete(id);
    if (this.#askedMs.has(instanceId)) return false;
    this.#askedMs.set(instanceId, nowMs);
    return true;
  }
}

/** Whoever may not ask, or is not answered, waits as if nobody had asked. */
function unlessAborted(error: unknown): undefined {
  if (error instanceof StepFailure && error.code !== 'ABORTED') return undefined;
  throw error;
}
