import type { Association, Session, SessionFilter } from '@aws-sdk/client-ssm';
import type { SimulatedRegion } from '../simulation/account.js';
import type { Handlers } from '../simulation/service.js';
import { slice } from '../simulation/slice.js';
import { ssmError } from './errors.js';
import { pageOf } from './pages.js';

type Ssm = typeof import('@aws-sdk/client-ssm');

/** Somebody's shell on an instance, by Session Manager. */
export interface SimulatedSession {
  readonly id: string;
  readonly instanceId: string;
  /** ARN. */
  readonly owner: string;
  readonly startedAt: Date;
  endedAt: Date | undefined;
}

interface Access {
  readonly sessions: SimulatedSession[];
  readonly associations: Association[];
}

const accessOf = slice((_region: SimulatedRegion): Access => ({ sessions: [], associations: [] }));

/** Opens a session, as an intruder with a stolen role would. */
export function addSession(
  region: SimulatedRegion,
  options: { readonly instanceId: string; readonly owner: string },
): SimulatedSession {
  const name = options.owner.slice(options.owner.lastIndexOf('/') + 1);
  const session = {
    ...options,
    id: `${name}-${region.world.uuid().slice(24)}`,
    startedAt: region.world.now(),
    endedAt: undefined,
  };
  accessOf(region).sessions.push(session);
  return session;
}

/** A State Manager association: runs its document again and again. */
export function addAssociation(
  region: SimulatedRegion,
  options: { readonly instanceId: string; readonly document: string; readonly schedule?: string },
): string {
  const AssociationId = region.world.uuid();
  accessOf(region).associations.push({
    AssociationId,
    Name: options.document,
    InstanceId: options.instanceId,
    Targets: [{ Key: 'InstanceIds', Values: [options.instanceId] }],
    ScheduleExpression: options.schedule ?? 'rate(30 minutes)',
    LastExecutionDate: region.world.now(),
    Overview: { Status: 'Success' },
  });
  return AssociationId;
}

function describe(session: SimulatedSession): Session {
  return {
    SessionId: session.id,
    Target: session.instanceId,
    Owner: session.owner,
    Status: session.endedAt === undefined ? 'Connected' : 'Terminated',
    StartDate: session.startedAt,
    ...(session.endedAt === undefined ? {} : { EndDate: session.endedAt }),
  };
}

function keeps(session: SimulatedSession, { key = 'SessionId', value = '' }: SessionFilter): boolean {
  if (key === 'Target') return session.instanceId === value;
  if (key === 'Owner') return session.owner === value;
  if (key === 'SessionId') return session.id === value;
  throw ssmError.invalidFilter(key);
}

export const sessionHandlers: Handlers<
  Ssm,
  'DescribeSessions' | 'TerminateSession' | 'ListAssociations' | 'DescribeInstanceAssociationsStatus'
> = {
  DescribeSessions: (call) => {
    const { State, Filters = [] } = call.input;
    if (State === undefined)
      throw ssmError.validation(
        "Value null at 'state' failed to satisfy constraint: Member must not be null",
      );
    const all = accessOf(call.region)
      .sessions.filter((session) => (session.endedAt === undefined) === (State === 'Active'))
      .filter((session) => Filters.every((filter) => keeps(session, filter)));
    const { items, next } = pageOf(call, all);
    return { Sessions: items.map(describe), ...next };
  },

  TerminateSession: ({ region, world, input }) => {
    const session = accessOf(region).sessions.find((one) => one.id === input.SessionId);
    if (session === undefined) throw ssmError.noSession(input.SessionId ?? '');
    session.endedAt ??= world.now();
    return { SessionId: session.id };
  },

  ListAssociations: (call) => {
    const filters = call.input.AssociationFilterList ?? [];
    const all = accessOf(call.region).associations.filter((one) =>
      filters.every(({ key, value }) => {
        if (key === 'InstanceId') return one.InstanceId === value;
        if (key === 'Name') return one.Name === value;
        throw ssmError.invalidFilter(key ?? '');
      }),
    );
    const { items, next } = pageOf(call, all);
    return { Associations: [...items], ...next };
  },

  DescribeInstanceAssociationsStatus: (call) => {
    const own = accessOf(call.region).associations.filter((one) => one.InstanceId === call.input.InstanceId);
    const { items, next } = pageOf(call, own);
    return {
      InstanceAssociationStatusInfos: items.map((one) => ({
        AssociationId: one.AssociationId,
        Name: one.Name,
        InstanceId: one.InstanceId,
        Status: 'Success',
        ExecutionDate: one.LastExecutionDate,
      })),
      ...next,
    };
  },
};
