import { EC2Client, ModifyNetworkInterfaceAttributeCommand } from '@aws-sdk/client-ec2';
import { GetCommandInvocationCommand, SendCommandCommand, SSMClient } from '@aws-sdk/client-ssm';
import { onTestFinished } from 'vitest';
import {
  type CompromisedWebServerOptions,
  compromisedWebServer,
} from '../../src/scenario/compromised-web-server.js';
import { autoScalingGroupsOf, leave } from '../../src/simulation/autoscaling/groups.js';
import { addSecurityGroup, type RuleOptions } from '../../src/simulation/ec2/groups.js';
import type { PolicyDocument } from '../../src/simulation/iam/policy.js';
import { createWorld, type WorldOptions } from '../../src/simulation/world.js';

export const START = new Date('2026-11-20T03:36:00Z');

/** The demo's world, and SSM as an administrator of the suspect account uses it. */
export async function ssmWorld(options: CompromisedWebServerOptions = {}, worldOptions: WorldOptions = {}) {
  const world = createWorld({ seed: 'ssm', start: START, ...worldOptions });
  onTestFinished(() => world.dispose());
  const scene = await compromisedWebServer(world, options);
  const { region } = scene.ids;
  const credentials = world.account(scene.ids.suspectAccount).credentials();
  const ssm = new SSMClient({ region, credentials, maxAttempts: 1 });
  const ec2 = new EC2Client({ region, credentials, maxAttempts: 1 });
  const InstanceId = scene.ids.instanceId;
  return {
    world,
    scene,
    ssm,
    ec2,
    clientWith: (policies: readonly PolicyDocument[]) =>
      new SSMClient({
        region,
        credentials: world.account(scene.ids.suspectAccount).credentials(policies),
        maxAttempts: 1,
      }),
    seconds: (seconds: number) => world.clock.advance(seconds * 1000),
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
    look: (CommandId: string) => ssm.send(new GetCommandInvocationCommand({ CommandId, InstanceId })),
    /** Looks until it has ended, as a step would. */
    async ended(CommandId: string, patienceSeconds = 900) {
      for (let waited = 0; waited < patienceSeconds; waited += 5) {
        await world.clock.advance(5_000);
        const seen = await ssm.send(new GetCommandInvocationCommand({ CommandId, InstanceId }));
        if (!['Pending', 'InProgress', 'Cancelling'].includes(seen.Status ?? '')) return seen;
      }
      throw new Error(`not ended after ${patienceSeconds} s`);
    },
    /** Puts the suspect into a group of its own with these rules; out of its Auto Scaling group, which would end it. */
    async quarantine(rules: readonly RuleOptions[]): Promise<void> {
      for (const group of autoScalingGroupsOf(scene.suspectRegion).values()) leave(group, InstanceId);
      const group = addSecurityGroup(scene.suspectRegion, { vpcId: scene.ids.vpcId, rules });
      await ec2.send(
        new ModifyNetworkInterfaceAttributeCommand({
          NetworkInterfaceId: scene.ids.interfaceId,
          Groups: [group.id],
        }),
      );
    },
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
