import * as v from 'valibot';
import { elasticloadbalancing } from '../../aws/operations.js';
import type { SuspectContext } from '../../engine/context.js';
import { finding, suspect } from '../../engine/finding.js';
import { defineStep, type UndoContext } from '../../engine/step.js';
import { allThenThrow, asFailure, unless } from '../calls/failures.js';
import { interfacesOf, toSuspectInterface } from '../inspect/interfaces.js';
import { type Registration, registrations } from '../inspect/membership.js';

const ACTIONS = [
  'ec2:DescribeNetworkInterfaces',
  'elasticloadbalancing:DescribeTargetGroups',
  'elasticloadbalancing:DescribeTargetHealth',
  'elasticloadbalancing:DeregisterTargets',
  'elasticloadbalancing:RegisterTargets',
];

const Saved = v.object({
  registrations: v.array(
    v.object({
      targetGroupArn: v.string(),
      targets: v.array(v.object({ id: v.string(), port: v.optional(v.number()) })),
    }),
  ),
});
type Saved = v.InferOutput<typeof Saved>;

/** Load balancers know a target by the instance's id or by one of its addresses. */
async function save(ctx: SuspectContext): Promise<Saved> {
  const { instanceId } = ctx.incident.suspect;
  const interfaces = (await interfacesOf(ctx.suspectAccount, instanceId)).map(toSuspectInterface);
  const addresses = interfaces.flatMap(({ privateAddresses, ipv6Addresses }) => [
    ...privateAddresses,
    ...ipv6Addresses,
  ]);
  const found = await registrations(ctx.suspectAccount, new Set([instanceId, ...addresses]));
  return {
    registrations: found.map((one) => ({ ...one, targets: one.targets.map((target) => ({ ...target })) })),
  };
}

const inputOf = ({ targetGroupArn, targets }: Saved['registrations'][number] | Registration) => ({
  TargetGroupArn: targetGroupArn,
  Targets: targets.map(({ id, port }) => ({ Id: id, ...(port === undefined ? {} : { Port: port }) })),
});

const GONE = [
  'InvalidTarget',
  'InvalidTargetException',
  'TargetGroupNotFound',
  'TargetGroupNotFoundException',
];

async function register(ctx: UndoContext, saved: Saved): Promise<readonly string[]> {
  const lost: string[] = [];
  for (const registration of saved.registrations)
    try {
      await ctx.suspectAccount.call(elasticloadbalancing.RegisterTargets, inputOf(registration));
    } catch (error) {
      const failure = asFailure(error);
      if (failure.kind !== 'permanent') throw failure;
      lost.push(`target group ${registration.targetGroupArn}: ${failure.code}`);
    }
  return lost;
}

/** Takes the suspect out of its load balancers' target groups, without waiting for connections to drain. */
export function deregisterTargets() {
  return defineStep({
    id: 'protect.targets',
    title: "Takes the instance out of its load balancers' target groups",
    phase: 'protect',
    needs: [finding, suspect],
    provides: [],
    actions: { suspect: ACTIONS },
    effect: {
      summary: 'Load balancers send it nothing new; what is open drains for up to five minutes.',
      reversible: 'yes',
      manual: ['aws elbv2 deregister-targets --target-group-arn ARN --targets Id=INSTANCE'],
    },
    saves: Saved,
    before: save,
    async start(ctx) {
      await allThenThrow(
        ctx.before.registrations.map((registration) => async () => {
          await unless(GONE, () =>
            ctx.suspectAccount.call(elasticloadbalancing.DeregisterTargets, inputOf(registration)),
          );
        }),
      );
      return ctx.done({});
    },
    undo: register,
  });
}
