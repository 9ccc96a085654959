import { DEMO } from './demo-ids.js';
import { REVERSE_SHELL_LOCAL_PORT } from './proc/sockets.js';
import { INTRUDER } from './tree/scene.js';

/** GuardDuty writes it seven minutes after it has seen the last beacon. */
const SEEN_LAST_MS = 8 * 60_000 + 54_000;
const SEEN_FIRST_MS = 23 * 60_000 + 9_000;
const CREATED_MS = 3 * 60_000 + 41_000;

const PRIVATE_NAME = 'ip-10-20-3-44.eu-west-1.compute.internal';

const instanceDetails = {
  instanceId: DEMO.instanceId,
  instanceType: 'm6i.large',
  launchTime: '2026-09-02T08:11:04.000Z',
  platform: null,
  productCodes: [],
  iamInstanceProfile: {
    arn: `arn:aws:iam::${DEMO.suspectAccount}:instance-profile/web/${DEMO.roleName}`,
    id: 'AIPAEXAMPLEEXAMPLE01',
  },
  networkInterfaces: [
    {
      ipv6Addresses: [DEMO.ipv6Address],
      networkInterfaceId: DEMO.interfaceId,
      privateDnsName: PRIVATE_NAME,
      privateIpAddress: DEMO.privateAddress,
      privateIpAddresses: [{ privateDnsName: PRIVATE_NAME, privateIpAddress: DEMO.privateAddress }],
      subnetId: DEMO.subnetId,
      vpcId: DEMO.vpcId,
      securityGroups: [{ groupName: 'shop-frontend', groupId: DEMO.groupId }],
      publicDnsName: 'ec2-198-51-100-23.eu-west-1.compute.amazonaws.com',
      publicIp: DEMO.publicAddress,
    },
  ],
  outpostArn: null,
  tags: [
    { key: 'Name', value: 'shop-frontend-3' },
    { key: 'aws:autoscaling:groupName', value: DEMO.autoScalingGroup },
  ],
  instanceState: 'running',
  availabilityZone: DEMO.zone,
  imageId: DEMO.imageId,
  imageDescription: 'Debian 12 (20260815-2205)',
};

const connection = {
  connectionDirection: 'OUTBOUND',
  remoteIpDetails: {
    ipAddressV4: INTRUDER.controller,
    organization: { asn: '64496', asnOrg: 'EXAMPLE-NET', isp: 'Example Hosting', org: 'Example Hosting' },
    country: { countryName: 'Netherlands' },
    city: { cityName: 'Amsterdam' },
    geoLocation: { lat: 52.37, lon: 4.9 },
  },
  remotePortDetails: { port: INTRUDER.shellPort, portName: 'Unknown' },
  localPortDetails: { port: REVERSE_SHELL_LOCAL_PORT, portName: 'Unknown' },
  protocol: 'TCP',
  blocked: false,
  localIpDetails: { ipAddressV4: DEMO.privateAddress },
};

/** The finding of the demo as EventBridge delivers it: a beacon of the suspect to the controller. */
export function commandAndControlFinding(findingAt: Date) {
  const before = (ms: number) => new Date(findingAt.getTime() - ms).toISOString();
  const id = 'a4c7f0e1b2d34c5d8e9f00112233aabb';
  return {
    version: '0',
    id: '7bf73129-1428-4cd3-a780-95db273d1602',
    'detail-type': 'GuardDuty Finding',
    source: 'aws.guardduty',
    account: DEMO.suspectAccount,
    time: `${findingAt.toISOString().slice(0, 19)}Z`,
    region: DEMO.region,
    resources: [],
    detail: {
      schemaVersion: '2.0',
      accountId: DEMO.suspectAccount,
      region: DEMO.region,
      partition: 'aws',
      id,
      arn: `arn:aws:guardduty:${DEMO.region}:${DEMO.suspectAccount}:detector/12abc34d567e8fa901bc2d34e56789f0/finding/${id}`,
      type: 'Backdoor:EC2/C&CActivity.B',
      resource: { resourceType: 'Instance', instanceDetails },
      service: {
        serviceName: 'guardduty',
        detectorId: '12abc34d567e8fa901bc2d34e56789f0',
        action: { actionType: 'NETWORK_CONNECTION', networkConnectionAction: connection },
        resourceRole: 'ACTOR',
        additionalInfo: { value: '{}', type: 'default' },
        eventFirstSeen: before(SEEN_FIRST_MS),
        eventLastSeen: before(SEEN_LAST_MS),
        archived: false,
        count: 7,
      },
      severity: 8,
      createdAt: before(CREATED_MS),
      updatedAt: before(CREATED_MS),
      title: `Command and control server IP address queried by EC2 instance ${DEMO.instanceId}.`,
      description: `EC2 instance ${DEMO.instanceId} is communicating outbound with a known command and control server ${INTRUDER.controller}.`,
    },
  };
}
