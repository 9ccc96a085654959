import {
  AuthorizeSecurityGroupEgressCommand,
  CreateSnapshotCommand,
  CreateVolumeCommand,
  EC2Client,
} from '@aws-sdk/client-ec2';
import { runProcess, SimulatedCrash, snapshotsOf, volumesOf } from '@cordon/testkit';
import { describe, expect, it } from 'vitest';
import { IncidentPipeline } from '../../../src/engine/pipeline.js';
import { defineStep } from '../../../src/engine/step.js';
import { stepKey } from '../../../src/engine/step-key.js';
import { runIncident } from '../../../src/host/run-incident.js';
import { openJournal } from '../../../src/journal/journal.js';
import { verifyJournal } from '../../../src/journal/verify.js';
import { openUploadWindow, UPLOAD_WINDOW_ACTIONS } from '../../../src/steps/capture/upload-window.js';
import { type SweepOptions, sweep } from '../../../src/steps/cleanup/sweep.js';
import { cutByConversion } from '../../../src/steps/contain/conversion.js';
import { isolate } from '../../../src/steps/contain/isolate.js';
import { OWN_GROUP_ACTIONS } from '../../../src/steps/contain/own-group.js';
import { quarantine } from '../../../src/steps/containment-facts.js';
import {
  ENI,
  FINDING,
  INSTANCE,
  SECURITY,
  SUSPECT,
  type SuspectWorld,
  suspectWorld,
} from '../world/suspect-world.js';

/** Cuts at once, without asking the host. */
const cut = defineStep({
  id: 'cut',
  title: 'Cuts',
  phase: 'contain',
  wants: [quarantine],
  provides: [],
  callTimeout: { minutes: 2 },
  actions: {
    suspect: [
      ...OWN_GROUP_ACTIONS,
      'ec2:DescribeNetworkInterfaces',
      'ec2:ModifyNetworkInterfaceAttribute',
      'ec2:DeleteSecurityGroup',
    ],
  },
  async start(ctx, facts) {
    await cutByConversion(ctx, facts.quarantine?.interfaces ?? [], { seconds: 5 });
    return ctx.done({});
  },
});

const INCIDENT = 'inc-sweep-0001';
const ORDER = { approver: 'ada', reason: 'it is night' };
const DAY_MS = 24 * 3_600_000;

/** Opens a way to S3 and never closes it. */
const upload = defineStep({
  id: 'upload',
  title: 'Uploads',
  phase: 'capture',
  provides: [],
  actions: { suspect: UPLOAD_WINDOW_ACTIONS },
  async start(ctx) {
    await openUploadWindow(ctx, { containment: undefined });
    return ctx.done({});
  },
});

const PIPELINE = IncidentPipeline.create('t').use(isolate()).use(upload);
const run = (world: SuspectWorld) =>
  runIncident(PIPELINE, FINDING, { ...world.freshOptions(), incidentId: INCIDENT });
const options = (world: SuspectWorld): SweepOptions => ({ ...world.freshOptions(), stagingBuckets: [] });

const client = (world: SuspectWorld, account: string) =>
  new EC2Client({ region: 'eu-west-1', credentials: world.world.account(account).credentials() });

const uploadRules = (world: SuspectWorld) =>
  world.ownGroups().flatMap(({ rules }) => rules.filter(({ peer }) => peer.kind === 'prefix-list'));

describe('a sweep', () => {
  it('only tells what it would do, without an order', async () => {
    const world = suspectWorld();
    await run(world);
    const changed = () =>
      world.world.calls.changes().filter(({ operation }) => operation.startsWith('ec2:')).length;
    const before = changed();
    const { things } = await sweep(options(world));
    expect(things).toMatchObject([
      { kind: 'upload-window', standing: 'left-over', incident: INCIDENT, account: SUSPECT },
      { kind: 'security-group', standing: 'kept', why: 'contains the suspect until it is released' },
    ]);
    expect(changed()).toBe(before);
  });

  it('closes an upload window that was forgotten, and leaves the quarantine as it is', async () => {
    const world = suspectWorld();
    await run(world);
    const [group] = world.ownGroups();
    const { things, troubles } = await sweep({ ...options(world), order: ORDER });
    expect(troubles).toEqual([]);
    expect(things[0]).toMatchObject({ kind: 'upload-window', deleted: true });
    expect(uploadRules(world)).toEqual([]);
    expect(world.ownGroups()).toMatchObject([{ id: group?.id }]);
    expect(world.interfaces()[0]?.groups).toEqual([group?.id]);
    expect(await verifyJournal(world.journal, INCIDENT, {})).toMatchObject({ state: 'whole', problems: [] });
    const entries = await (await world.journal.visit(INCIDENT)).read();
    const [opened] = entries.filter(({ ledger }) => ledger === 'sweep-1/run');
    expect(opened).toMatchObject({ kind: 'opened', body: { order: { kind: 'sweep', ...ORDER } } });
    const again = await sweep({ ...options(world), order: ORDER });
    expect(again.things.map(({ standing }) => standing)).toEqual(['kept']);
  });

  it('gives an interface its quarantine back that stood open when the process died', async () => {
    const world = suspectWorld({ endpoints: 'missing' });
    world.world.connections.open(world.region, {
      interfaceId: ENI,
      direction: 'outbound',
      localPort: 40_000,
      remoteAddress: '10.20.9.9',
      remotePort: 22,
      path: 'vpc',
    });
    // Before it: address, quarantine, idle timeout, and the swap that opened.
    world.world.faults.add({
      operation: 'ec2:ModifyNetworkInterfaceAttribute',
      fault: 'crash-before',
      nth: 5,
    });
    const pipeline = IncidentPipeline.create('t').use(isolate()).use(cut);
    const died = await runProcess(() =>
      runIncident(pipeline, FINDING, { ...world.freshOptions(), incidentId: INCIDENT }),
    ).catch((error: unknown) => error);
    expect(died).toBeInstanceOf(SimulatedCrash);
    world.journal.abandon(INCIDENT);
    const open = () =>
      world.ownGroups().filter(({ rules }) => rules.some(({ direction }) => direction === 'ingress'));
    expect(open().map(({ id }) => id)).toEqual(world.interfaces()[0]?.groups);
    expect((await sweep({ ...options(world), order: ORDER })).things[0]).toMatchObject({
      standing: 'in-use',
    });
    await world.world.clock.advance(3 * DAY_MS);
    const { things } = await sweep({ ...options(world), order: ORDER });
    expect(things).toContainEqual(expect.objectContaining({ kind: 'exposure', id: ENI, deleted: true }));
    expect(open()).toEqual([]);
    expect(world.interfaces()[0]?.groups).toEqual(world.ownGroups().map(({ id }) => id));
    const { problems } = await verifyJournal(world.journal, INCIDENT, {});
    expect(problems).toEqual([]);
  });

  it('tells of what an intruder planted under our tags, and deletes none of it', async () => {
    const world = suspectWorld();
    await run(world);
    const volume = await client(world, SECURITY).send(
      new CreateVolumeCommand({
        AvailabilityZone: 'eu-west-1a',
        Size: 1,
        TagSpecifications: [
          {
            ResourceType: 'volume',
            Tags: [
              { Key: 'cordon:incident', Value: INCIDENT },
              { Key: 'cordon:lifetime', Value: 'examination' },
            ],
          },
        ],
      }),
    );
    const [root] = world.volumes();
    const suspect = client(world, SUSPECT);
    // Even the key itself, which the intruder can read in the tags of the suspect account, proves nothing there.
    const snapshot = await suspect.send(
      new CreateSnapshotCommand({
        VolumeId: root?.id,
        TagSpecifications: [
          {
            ResourceType: 'snapshot',
            Tags: [{ Key: 'ref', Value: `${stepKey(INCIDENT, 'upload', 0)}/snap-0` }],
          },
        ],
      }),
    );
    const [rule] = uploadRules(world);
    const [group] = world.ownGroups();
    const prefixListId = rule?.peer.kind === 'prefix-list' ? rule.peer.id : '';
    await suspect.send(
      new AuthorizeSecurityGroupEgressCommand({
        GroupId: group?.id,
        IpPermissions: [
          { IpProtocol: 'tcp', FromPort: 443, ToPort: 443, PrefixListIds: [{ PrefixListId: prefixListId }] },
        ],
      }),
    );
    const { things } = await sweep({ ...options(world), order: ORDER });
    const strange = things.filter(({ standing }) => standing === 'suspicious');
    expect(strange.map(({ kind }) => kind).toSorted()).toEqual(['snapshot', 'upload-window', 'volume']);
    expect(strange.every(({ deleted }) => deleted !== true)).toBe(true);
    const security = world.world.account(SECURITY).region('eu-west-1');
    expect(volumesOf(security).peek(volume.VolumeId ?? '')?.state).toBe('available');
    expect(snapshotsOf(world.region).peek(snapshot.SnapshotId ?? '')).toBeDefined();
    expect(uploadRules(world)).toHaveLength(1);
  });

  it('leaves an incident alone that a living process drives, however silent it is', async () => {
    const world = suspectWorld();
    await run(world);
    const living = await openJournal(world.journal, INCIDENT, world.world.clock);
    const { things, troubles } = await sweep({ ...options(world), order: ORDER });
    expect(troubles).toMatchObject([{ incident: INCIDENT, code: 'JOURNAL_IN_USE' }]);
    expect(things[0]).toMatchObject({ kind: 'upload-window', standing: 'left-over' });
    expect(things[0]?.deleted).toBeUndefined();
    expect(uploadRules(world)).toHaveLength(1);
    await living.close();
  });

  it('does not end the suspect, whatever tags it wears', async () => {
    const world = suspectWorld();
    await run(world);
    world.instance()?.tags.set('cordon:incident', INCIDENT);
    world.instance()?.tags.set('cordon:lifetime', 'examination');
    await sweep({ ...options(world), order: ORDER });
    expect(world.world.calls.changes().map(({ operation }) => operation)).not.toContain(
      'ec2:TerminateInstances',
    );
    expect(world.instance()).toMatchObject({ id: INSTANCE, state: 'running' });
  });
});
