import * as v from 'valibot';
import type { CanFinish, CanWait, SuspectContext } from '../../engine/context.js';
import type { Duration } from '../../engine/duration.js';
import { finding, suspect } from '../../engine/finding.js';
import { definePolledStep } from '../../engine/step.js';
import { type Connections, connections, type Quarantine, quarantine } from '../containment-facts.js';
import { type Instance, instance } from '../facts.js';
import { assertWindow, closeExposed, cutByConversion, hasTimeToExpose } from './conversion.js';
import { continueLook, HOST_LOOK_ACTIONS, LookTicketSchema, startLook } from './host-look.js';
import { OWN_GROUP_ACTIONS } from './own-group.js';
import { judge, whereToCut } from './where-to-cut.js';

export interface CutConnectionsOptions {
  /** How long an interface stands open while its connections are forgotten. Default 5 s, at most 30 s. */
  readonly window?: Duration;
}

const ACTIONS = [
  ...OWN_GROUP_ACTIONS,
  ...HOST_LOOK_ACTIONS,
  'ec2:DescribeNetworkInterfaces',
  'ec2:ModifyNetworkInterfaceAttribute',
  'ec2:DescribeRouteTables',
  'ec2:DeleteSecurityGroup',
];

/** The look, and the interfaces that stood open already. */
const CutTicketSchema = v.object({ ...LookTicketSchema.entries, cutOn: v.optional(v.array(v.string())) });
type CutTicket = v.InferOutput<typeof CutTicketSchema>;

type Wants = { readonly quarantine: Quarantine | undefined; readonly instance: Instance | undefined };
type Context = SuspectContext & CanFinish<readonly [typeof connections]> & CanWait<CutTicket>;

/** Whether there is any use in asking the host: it runs, SSM knows it, and the quarantine lets SSM through. */
export function canLook({ quarantine: made, instance: seen }: Wants): boolean {
  if (seen !== undefined && (seen.state !== 'running' || seen.ssm === 'unmanaged')) return false;
  if (seen?.platform === 'windows') return false;
  return made?.groups.some(({ ssmVia }) => ssmVia !== 'none') ?? false;
}

function notLooked(reason: string): Connections {
  return {
    looked: false,
    live: [],
    cutOn: [],
    residualRisks: [
      {
        path: 'tracked-connection',
        detail: `nobody could ask the host which connections live on: ${reason}`,
      },
    ],
  };
}

async function look(ctx: Context, facts: Wants) {
  const made = facts.quarantine;
  if (made === undefined) return ctx.done({ connections: notLooked('there is no quarantine') });
  await closeExposed(ctx, made);
  if (!canLook(facts)) return ctx.done({ connections: notLooked('SSM does not reach it') });
  return ctx.waiting(await startLook(ctx), { seconds: 10 });
}

async function cut(ctx: Context, ticket: CutTicket, options: { facts: Wants; window: Duration }) {
  const made = options.facts.quarantine;
  if (made === undefined) return ctx.done({ connections: notLooked('there is no quarantine') });
  await closeExposed(ctx, made);
  if (!hasTimeToExpose(ctx)) return ctx.waiting(ticket, { seconds: 0 });
  const progress = await continueLook(ctx, ticket);
  if ('ticket' in progress) return ctx.waiting(progress.ticket, progress.after);
  if (!progress.look.looked) return ctx.done({ connections: notLooked(progress.look.reason) });
  const live = await judge(ctx, made, progress.look);
  const where = await whereToCut(ctx, made, live);
  const { cutOn: earlier = [] } = ticket;
  const left = where.interfaces.filter(
    ({ interfaceId, groupId }) => groupId !== undefined && !earlier.includes(interfaceId),
  );
  const cutOn = [...earlier, ...(await cutByConversion(ctx, left, options.window))];
  if (cutOn.length < earlier.length + left.length) return ctx.waiting({ ...ticket, cutOn }, { seconds: 0 });
  return ctx.done({
    connections: {
      looked: true,
      live: [...live],
      cutOn,
      residualRisks: [...where.residualRisks],
    },
  });
}

/**
 * Asks the host which connections outlived the swap, and cuts those that can be cut: a group swap leaves tracked
 * connections alone. Only where the host still sees bytes go by, and only on paths where it helps, the interface stands
 * open for a few seconds; elsewhere the connection is named as a residual risk.
 */
export function cutConnections(options: CutConnectionsOptions = {}) {
  const { window = { seconds: 5 } } = options;
  assertWindow(window);
  return definePolledStep({
    id: 'contain.cut-connections',
    title: 'Asks the host which connections outlived the swap and cuts those that can be cut',
    phase: 'contain',
    needs: [finding, suspect],
    wants: [instance, quarantine],
    provides: [connections],
    callTimeout: { minutes: 2 },
    timeout: { minutes: 6 },
    actions: { suspect: ACTIONS },
    effect: {
      summary:
        'Where a connection lives on and can be cut, the interface lets everything through for some seconds.',
      reversible: 'yes',
      manual: [
        'aws ec2 modify-network-interface-attribute --network-interface-id ENI --groups ALLOW_ALL_GROUP',
        'aws ec2 modify-network-interface-attribute --network-interface-id ENI --groups QUARANTINE_GROUP',
      ],
    },
    ticket: CutTicketSchema,
    start: (ctx, facts) => look(ctx, facts),
    poll: (ctx, ticket, facts) => cut(ctx, ticket, { facts, window }),
    async cancel(ctx, _ticket, facts) {
      if (facts.quarantine !== undefined) await closeExposed(ctx, facts.quarantine);
    },
  });
}
