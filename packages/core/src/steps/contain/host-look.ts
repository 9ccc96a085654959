import * as v from 'valibot';
import type { SuspectContext } from '../../engine/context.js';
import type { Duration } from '../../engine/duration.js';
import { milliseconds } from '../../engine/duration.js';
import { StepFailure } from '../../engine/failure.js';
import type { CommandResult, HostScript } from '../../engine/remote-host.js';
import { isCode } from '../calls/failures.js';
import connectionsScript from './connections.sh';

const SCRIPT: HostScript = { name: 'connections', text: connectionsScript };

export const HOST_LOOK_ACTIONS = [
  'ssm:SendCommand',
  'ssm:GetCommandInvocation',
  'ssm:ListCommands',
  'ssm:CancelCommand',
];

/** A look under way. `since`: when the first one was asked for. */
export const LookTicketSchema = v.object({
  since: v.string(),
  /** Absent while SSM does not take commands for the host. */
  commandId: v.optional(v.string()),
});
export type LookTicket = v.InferOutput<typeof LookTicketSchema>;

/** A connection that carried bytes between the two looks. */
export interface LiveSocket {
  /** `10.20.3.44:49812`, `[2001:db8::1]:443` */
  readonly local: string;
  readonly remote: string;
  readonly bytes: number;
}

export type HostLook =
  | { readonly looked: true; readonly live: readonly LiveSocket[] }
  | { readonly looked: false; readonly reason: string };

/** After the swap SSM's agent connects anew; what has not answered by then is lost. */
const PATIENCE: Duration = { minutes: 4 };
const INTERVAL_SECONDS = 5;

async function send(ctx: SuspectContext): Promise<string | undefined> {
  try {
    return await ctx.suspect.send(SCRIPT, {
      parameters: { interval: INTERVAL_SECONDS },
      timeout: { seconds: 60 },
    });
  } catch (error) {
    // Not managed, or offline at this moment.
    if (isCode(error, 'InvalidInstanceId')) return undefined;
    throw error;
  }
}

/** Asks the host which connections still carry bytes. */
export async function startLook(
  ctx: SuspectContext,
  since: string = ctx.now().toISOString(),
): Promise<LookTicket> {
  const commandId = await send(ctx);
  return { since, ...(commandId === undefined ? {} : { commandId }) };
}

const Answer = v.object({ connections: v.number(), live: v.string() });
const SOCKET = /^([0-9a-fA-F.:[\]]{2,64}) ([0-9a-fA-F.:[\]]{2,64}) ([0-9]{1,19})$/;

function parseLive(text: string): readonly LiveSocket[] {
  return text.split(';').flatMap((line) => {
    const match = SOCKET.exec(line);
    if (match === null) return [];
    const [, local = '', remote = '', bytes = '0'] = match;
    return [{ local, remote, bytes: Number(bytes) }];
  });
}

/** The busiest ones: a fact is 16 kB at most. */
const MOST_LIVE = 40;

/** @throws StepFailure `HOST_ANSWER` when the host's answer is not what the script prints */
export function parseLook(stdout: string): readonly LiveSocket[] {
  try {
    return parseLive(v.parse(Answer, JSON.parse(stdout)).live).slice(0, MOST_LIVE);
  } catch (error) {
    throw StepFailure.permanent('HOST_ANSWER', 'the host answered something else than the script prints', {
      cause: error,
    });
  }
}

type Ended = Extract<CommandResult, { status: 'ended' }>;

function lookOf(ended: Ended): HostLook {
  if (ended.end === 'Success' && !ended.truncated) return { looked: true, live: parseLook(ended.stdout) };
  const why = ended.stderr.split('\n')[0]?.slice(0, 200) ?? '';
  return { looked: false, reason: `${ended.end} ${why}`.trim() };
}

const LOST: readonly string[] = ['DeliveryTimedOut', 'Undeliverable', 'TimedOut'];

export type LookProgress =
  | { readonly look: HostLook }
  | { readonly ticket: LookTicket; readonly after: Duration };

/** What became of the look; asks again while the agent is on its way back. */
export async function continueLook(ctx: SuspectContext, ticket: LookTicket): Promise<LookProgress> {
  const late = ctx.now().getTime() - Date.parse(ticket.since) > milliseconds(PATIENCE);
  const lost = { look: { looked: false, reason: 'SSM does not reach the host any more' } } as const;
  if (ticket.commandId === undefined) {
    if (late) return lost;
    const again = await startLook(ctx, ticket.since);
    return { ticket: again, after: { seconds: again.commandId === undefined ? 15 : 10 } };
  }
  const result = await ctx.suspect.result(ticket.commandId, { patience: 'own' });
  if (result.status === 'running') return late ? lost : { ticket, after: { seconds: 5 } };
  if (!LOST.includes(result.end)) return { look: lookOf(result) };
  return late ? lost : { ticket: { since: ticket.since }, after: { seconds: 0 } };
}
