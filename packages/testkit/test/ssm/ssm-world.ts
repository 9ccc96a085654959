import { EC2Client, ModifyNetworkInterfaceAttributeCommand } from '@aws-sdk/client-ec2';
import { GetCommandInvocationCommand, SendCommandCommand, SSMClient } from '@aws-sdk/client-ssm';
import { onTestFinished } from 'vitest';
import {
  type CompromisedWebServer,
  type CompromisedWebServerOptions,
  compromisedWebServer,
} from '../../src/scenario/compromised-web-server.js';
import { autoScalingGroupsOf, leave } from '../../src/simulation/autoscaling/groups.js';
import { addSecurityGroup, type RuleOptions } from '../../src/simulation/ec2/groups.js';
import type { PolicyDocument } from '../../src/simulation/iam/policy.js';
import { createWorld, type SimulatedWorld, type WorldOptions } from '../../src/simulation/world.js';

export const START = new Date('2026-11-20T03:36:00Z');

/** SSM as somebody uses it who sends commands to the suspect and looks what came of them. */
function commands(ssm: SSMClient, { clock }: SimulatedWorld, InstanceId: string) {
  const look = (CommandId: string) => ssm.send(new GetCommandInvocationCommand({ CommandId, InstanceId }));
  return {
    async send(script: string, more: object = {}, parameters: object = {}): Promise<string> {
      const answer = await ssm.send(
        new SendCommandCommand({
          DocumentName: 'AWS-RunShellScript',
          InstanceIds: [InstanceId],
          Parameters: { commands: [script], ...parameters },
          ...more,
        }),
      );
      return answer.Command?.CommandId ?? '';
    },
    look,
    /** Looks until it has ended, as a step would. */
    async ended(CommandId: string, patienceSeconds = 900) {
      for (let waited = 0; waited < patienceSeconds; waited += 5) {
        await clock.advance(5_000);
        const seen = await look(CommandId);
        if (!['Pending', 'InProgress', 'Cancelling'].includes(seen.Status ?? '')) return seen;
      }
      throw new Error(`not ended after ${patienceSeconds} s`);
    },
  };
}

/** Puts the suspect into a group of its own with these rules; out of its Auto Scaling group, which would end it. */
async function quarantine(
  ec2: EC2Client,
  { suspectRegion, ids }: CompromisedWebServer,
  rules: readonly RuleOptions[],
): Promise<void> {
  for (const group of autoScalingGroupsOf(suspectRegion).values()) leave(group, ids.instanceId);
  const group = addSecurityGroup(suspectRegion, { vpcId: ids.vpcId, rules });
  const change = { NetworkInterfaceId: ids.interfaceId, Groups: [group.id] };
  await ec2.send(new ModifyNetworkInterfaceAttributeCommand(change));
}

/** The demo's world, and SSM as an administrator of the suspect account uses it. */
export async function ssmWorld(options: CompromisedWebServerOptions = {}, worldOptions: WorldOptions = {}) {
  const world = createWorld({ seed: 'ssm', start: START, ...worldOptions });
  onTestFinished(() => world.dispose());
  const scene = await compromisedWebServer(world, options);
  const { region } = scene.ids;
  const account = world.account(scene.ids.suspectAccount);
  const common = { region, credentials: account.credentials(), maxAttempts: 1 };
  const ssm = new SSMClient(common);
  const ec2 = new EC2Client(common);
  return {
    ...{ world, scene, ssm, ec2 },
    ...commands(ssm, world, scene.ids.instanceId),
    clientWith: (policies: readonly PolicyDocument[]) =>
      new SSMClient({ ...common, credentials: account.credentials(policies) }),
    seconds: (seconds: number) => world.clock.advance(seconds * 1000),
    quarantine: (rules: readonly RuleOptions[]) => quarantine(ec2, scene, rules),
  };
}

export const TO_ENDPOINTS: RuleOptions = {
  direction: 'egress',
  protocol: 'tcp',
  fromPort: 443,
  peer: { kind: 'group', id: 'sg-0e11d00e11d00e11d', owner: undefined },
};

export const codeOf = (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    () => 'ok',
    (error: Error) => error.name,
  );
