import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CreateSnapshotsCommand, EC2Client } from '@aws-sdk/client-ec2';
import { expect, it, onTestFinished } from 'vitest';
import { isDiskImage } from '../../src/hosts/disk-image.js';
import {
  addInstance,
  addSubnet,
  addVpc,
  BootDisk,
  createWorld,
  MountedDisk,
  runningHost,
  snapshotsOf,
} from '../../src/index.js';
import { paintMachine } from '../../src/scenario/proc/machine-files.js';
import { timelineOf } from '../../src/scenario/timeline.js';
import { treeDraft } from '../../src/scenario/tree/draft.js';

const INSTANCE = 'i-0f3a9c51d2b7e8460';

/** A machine with its root on one disk and /srv on another; how often its tree was planted is counted. */
function machine() {
  const world = createWorld();
  onTestFinished(() => world.dispose());
  const account = world.account('111122223333');
  const region = account.region('eu-west-1');
  const { id: subnetId } = addSubnet(region, { vpcId: addVpc(region).id });
  let planted = 0;
  const plant = (root: string) => {
    planted += 1;
    const at = world.now();
    const draft = treeDraft();
    draft.file('etc/hostname', 'shop\n', { at });
    draft.file('srv/data', 'planted\n', { at });
    paintMachine(draft, timelineOf(at), { memoryMiB: 16 });
    draft.write(root);
  };
  addInstance(region, {
    id: INSTANCE,
    interfaces: [{ subnetId, groups: [] }],
    volumes: [
      { device: '/dev/xvda', content: new BootDisk(region, { plant }, ['srv']) },
      { device: '/dev/xvdb', content: new MountedDisk(region, 'srv') },
    ],
  });
  const ec2 = new EC2Client({ region: 'eu-west-1', credentials: account.credentials() });
  async function snapshot() {
    // EC2 takes one of a volume every fifteen seconds.
    await world.clock.advance(60_000);
    await ec2.send(new CreateSnapshotsCommand({ InstanceSpecification: { InstanceId: INSTANCE } }));
    const images = snapshotsOf(region)
      .all()
      .slice(-2)
      .map(({ content }) => content)
      .filter(isDiskImage);
    const root = () => images.flatMap(({ partitions }) => partitions[0]?.folder ?? [])[0] ?? '';
    const data = () => images.flatMap(({ whole }) => whole?.folder ?? [])[0] ?? '';
    return { root, data };
  }
  return { snapshot, planted: () => planted, host: () => runningHost(region, INSTANCE) };
}

it('holds what was planted, put there only when somebody looks', async () => {
  const { snapshot, planted } = machine();
  const { root, data } = await snapshot();
  expect(planted()).toBe(0);
  expect(readFileSync(join(root(), 'etc/hostname'), 'utf8')).toBe('shop\n');
  expect(readFileSync(join(data(), 'data'), 'utf8')).toBe('planted\n');
  expect(['proc/version', 'srv/data'].filter((path) => existsSync(join(root(), path)))).toEqual([]);
  expect(planted()).toBe(2);
});

it('holds what the host had at that moment, and not what came later', async () => {
  const { snapshot, host } = machine();
  const before = await snapshot();
  const running = host()?.root ?? '';
  writeFileSync(join(running, 'etc/hostname'), 'changed\n');
  writeFileSync(join(running, 'srv/data'), 'changed\n');
  const after = await snapshot();
  writeFileSync(join(running, 'srv/data'), 'changed again\n');
  const said = ({ root, data }: typeof before) => [
    readFileSync(join(root(), 'etc/hostname'), 'utf8'),
    readFileSync(join(data(), 'data'), 'utf8'),
  ];
  expect([said(before), said(after)]).toEqual([
    ['shop\n', 'planted\n'],
    ['changed\n', 'changed\n'],
  ]);
});
