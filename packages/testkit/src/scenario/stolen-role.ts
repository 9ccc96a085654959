import type { SimulatedRegion } from '../simulation/account.js';
import { addTrailEvent, type TrailEvent } from '../simulation/cloudtrail/events.js';
import { DEMO } from './demo-ids.js';
import { timelineOf } from './timeline.js';
import { INTRUDER } from './tree/scene.js';

type Deed = Pick<TrailEvent, 'service' | 'name' | 'readOnly'> &
  Partial<TrailEvent> & { readonly afterS: number };

/** From the metadata service to a shell by Session Manager, with a look at what else the role opens. */
const DEEDS: readonly Deed[] = [
  { afterS: 35, service: 'sts', name: 'GetCallerIdentity', readOnly: true },
  { afterS: 62, service: 's3', name: 'ListBuckets', readOnly: true, errorCode: 'AccessDenied' },
  { afterS: 88, service: 'iam', name: 'ListUsers', readOnly: true, errorCode: 'AccessDenied' },
  {
    afterS: 131,
    service: 'ec2',
    name: 'DescribeInstances',
    readOnly: true,
    errorCode: 'Client.UnauthorizedOperation',
  },
  {
    afterS: 190,
    service: 'secretsmanager',
    name: 'GetSecretValue',
    readOnly: true,
    requestParameters: { secretId: 'shop/database' },
  },
  {
    afterS: 260,
    service: 'ssm',
    name: 'StartSession',
    readOnly: false,
    requestParameters: { target: DEMO.instanceId },
    resources: [DEMO.instanceId],
  },
];

const SESSION = {
  principal: `arn:aws:sts::${DEMO.suspectAccount}:assumed-role/${DEMO.roleName}/${DEMO.instanceId}`,
  principalId: `AROAEXAMPLESHOPFRONT1:${DEMO.instanceId}`,
  accessKeyId: 'ASIAEXAMPLESTOLENKEY',
};

/** The role's own work: the shop asks for its secret by the hour, from the instance. */
function ordinary(at: Date): readonly TrailEvent[] {
  return [1, 2, 3, 4, 5, 6].map((hour) => ({
    ...SESSION,
    at: new Date(at.getTime() - hour * 3_600_000),
    service: 'secretsmanager',
    name: 'GetSecretValue',
    readOnly: true,
    sourceAddress: DEMO.publicAddress,
    userAgent: 'aws-sdk-php/3.321.0',
    requestParameters: { secretId: 'shop/database' },
  }));
}

/** What CloudTrail keeps of the role: the shop's calls, and the intruder's from outside with the same session. */
export function addRoleHistory(
  region: SimulatedRegion,
  findingAt: Date,
  intruder: 'present' | 'absent',
): void {
  const { miner } = timelineOf(findingAt);
  const deeds = DEEDS.map(
    ({ afterS, ...deed }): TrailEvent => ({
      ...SESSION,
      ...deed,
      at: new Date(miner.getTime() + afterS * 1000),
      sourceAddress: INTRUDER.controller,
      userAgent: 'aws-cli/2.15.30 Python/3.11.8 Linux/6.6.9-kali',
    }),
  );
  for (const event of [...ordinary(findingAt), ...(intruder === 'present' ? deeds : [])])
    addTrailEvent(region, event);
}
