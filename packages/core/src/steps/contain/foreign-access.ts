import type { Command, Session } from '@aws-sdk/client-ssm';
import { ssm } from '../../aws/operations.js';
import type { SuspectContext } from '../../engine/context.js';
import type { Facts } from '../../engine/fact.js';
import { finding, suspect } from '../../engine/finding.js';
import { defineStep } from '../../engine/step.js';
import { stepKey } from '../../engine/step-key.js';
import { DENIED, unless } from '../calls/failures.js';
import { listAll } from '../calls/list-all.js';
import { foreignAccess } from '../containment-facts.js';

export const FOREIGN_ACCESS_ACTIONS = [
  'ssm:DescribeSessions',
  'ssm:TerminateSession',
  'ssm:ListCommands',
  'ssm:CancelCommand',
  'ssm:DescribeInstanceAssociationsStatus',
];

type Ended = Facts<readonly [typeof foreignAccess]>['foreignAccess'];

function activeSessions(ctx: SuspectContext): Promise<readonly Session[]> {
  return listAll(ctx.suspectAccount, ssm.DescribeSessions, {
    input: {
      State: 'Active',
      Filters: [{ key: 'Target', value: ctx.suspect.instanceId }],
    },
    items: (page) => page.Sessions,
  });
}

/** Every session is foreign: Cordon uses Run Command only. */
async function endSessions(ctx: SuspectContext): Promise<Ended['sessionsEnded']> {
  const ended: Ended['sessionsEnded'] = [];
  for (const { SessionId: sessionId, Owner, StartDate } of await activeSessions(ctx)) {
    if (sessionId === undefined) continue;
    await unless(['DoesNotExistException'], () =>
      ctx.suspectAccount.call(ssm.TerminateSession, { SessionId: sessionId }),
    );
    ended.push({ sessionId, owner: Owner ?? 'unknown', startedAt: StartDate?.toISOString() ?? '' });
  }
  return ended;
}

/** Commands are listed newest first; what still runs is among the last hundreds. */
const MOST_PAGES = 10;

const RUNNING: readonly string[] = ['Pending', 'InProgress', 'Delayed', 'Cancelling'];

const GENERATIONS = [0, 1, 2, 3];

/**
 * Whether Cordon sent it: by the journal, or by its step's key in the comment, since a command of a step that runs
 * beside this one may not be in the journal yet.
 */
function sentByUs(ctx: SuspectContext): (command: Command) => boolean {
  const { incident } = ctx;
  const known = new Set(
    incident
      .changes()
      .filter(({ operation }) => operation === 'ssm:SendCommand')
      .flatMap(({ resources }) => resources),
  );
  const keys = new Set(
    incident
      .steps()
      .flatMap(({ id }) => GENERATIONS.map((generation) => stepKey(incident.id, id, generation))),
  );
  return ({ CommandId: id = '', Comment: comment = '', DocumentName: document }) =>
    known.has(id) || (keys.has(comment.split(' ')[0] ?? '') && document === 'AWS-RunShellScript');
}

async function cancelCommands(ctx: SuspectContext): Promise<Ended['commandsCancelled']> {
  const instanceId = ctx.suspect.instanceId;
  const commands = await listAll(ctx.suspectAccount, ssm.ListCommands, {
    input: { InstanceId: instanceId },
    items: (page) => page.Commands,
    maxPages: MOST_PAGES,
  });
  const ours = sentByUs(ctx);
  const cancelled: Ended['commandsCancelled'] = [];
  for (const command of commands) {
    const { CommandId: commandId, Status: status = '', RequestedDateTime: requested } = command;
    if (commandId === undefined || !RUNNING.includes(status) || ours(command)) continue;
    await unless(['InvalidCommandId', 'DuplicateInstanceId', 'InvalidInstanceId'], () =>
      ctx.suspectAccount.call(ssm.CancelCommand, { CommandId: commandId, InstanceIds: [instanceId] }),
    );
    cancelled.push({ commandId, requestedAt: requested?.toISOString() ?? '' });
  }
  return cancelled;
}

/** State Manager runs these again and again: persistence that survives a clean disk. Recorded, not touched. */
async function associationsOf(ctx: SuspectContext): Promise<Ended['associations']> {
  const found = await listAll(ctx.suspectAccount, ssm.DescribeInstanceAssociationsStatus, {
    input: { InstanceId: ctx.suspect.instanceId },
    items: (page) => page.InstanceAssociationStatusInfos,
  });
  return found.map(({ AssociationId: id, Name: name }) => ({
    associationId: id ?? '',
    document: name ?? '',
  }));
}

function observeAccess(ctx: SuspectContext, { sessionsEnded, commandsCancelled, associations }: Ended): void {
  const seen = (rule: string, title: string, entity: string) =>
    ctx.observe({ rule, title, severity: 'medium', techniques: ['T1651'], entity, evidence: [] });
  for (const { sessionId } of sessionsEnded)
    seen(
      'ssm.foreign-session',
      'A Session Manager session was open and was ended',
      `ssm-session:${sessionId}`,
    );
  for (const { commandId } of commandsCancelled)
    seen(
      'ssm.foreign-command',
      'A foreign command was running and was cancelled',
      `ssm-command:${commandId}`,
    );
  for (const { associationId } of associations)
    ctx.observe({
      rule: 'ssm.association',
      title: 'State Manager runs a document on the instance: see whether it is yours',
      severity: 'info',
      techniques: ['T1651'],
      entity: `ssm-association:${associationId}`,
      evidence: [],
    });
}

/** Ends what others do on the suspect through SSM. Safe to call again: what has ended is not there any more. */
export async function endForeignAccess(ctx: SuspectContext): Promise<Ended> {
  const [sessionsEnded, commandsCancelled, associations] = await Promise.all([
    endSessions(ctx),
    cancelCommands(ctx),
    unless([...DENIED, 'InvalidInstanceId'], () => associationsOf(ctx)),
  ]);
  const residualRisks =
    sessionsEnded.length + commandsCancelled.length > 0
      ? [
          {
            path: 'ssm',
            detail: 'somebody was using SSM on the instance; whoever may start a session may do so again',
          },
        ]
      : [];
  return { sessionsEnded, commandsCancelled, associations: associations ?? [], residualRisks };
}

/** Ends the sessions and commands that others run on the suspect: the intruder may use SSM as well as we do. */
export function endForeignSessions() {
  return defineStep({
    id: 'contain.end-foreign-sessions',
    title: 'Ends Session Manager sessions and commands that are not ours',
    phase: 'contain',
    needs: [finding, suspect],
    provides: [foreignAccess],
    actions: { suspect: FOREIGN_ACCESS_ACTIONS },
    effect: {
      summary: 'People who are on the instance through Session Manager are thrown out.',
      reversible: 'no',
      manual: ['aws ssm terminate-session --session-id SESSION'],
    },
    async start(ctx) {
      const ended = await endForeignAccess(ctx);
      observeAccess(ctx, ended);
      return ctx.done({ foreignAccess: ended });
    },
  });
}
