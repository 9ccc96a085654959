import { setTimeout as pause } from 'node:timers/promises';
import { incidentReport } from '@cordon/analysis/report';
import { IncidentPipeline, memoryJournal, type Observation, startIncident } from '@cordon/core';
import { cleanup, inspect, reportStep } from '@cordon/core/steps';
import {
  collectFiles,
  diskAnalysis,
  diskSnapshots,
  forensicAttach,
  preserveFiles,
  shareSnapshots,
} from '@cordon/steps-disk';
import { addVolume, DEMO, instancesOf, volumesOf } from '@cordon/testkit';
import { type Guest, machinesOf } from '@cordon/testkit/guest';
import { type EvidenceDisks, evidenceDisks } from './evidence/evidence-disks.ts';
import { tell } from './incident.ts';
import { type Stage, setStage } from './scene.ts';

/** What is done with disks alone: the server that they are of is gone. */
function examination({ deployment }: Stage) {
  const { stagingBucket, forensic } = deployment;
  return IncidentPipeline.create('examination')
    .use(inspect())
    .use(diskSnapshots())
    .use(shareSnapshots())
    .use(forensicAttach(forensic))
    .use(collectFiles())
    .use(preserveFiles({ stagingBucket }))
    .use(diskAnalysis())
    .use(reportStep(incidentReport))
    .use(cleanup());
}

function giveDisks({ suspectRegion, world }: Stage, { root, data, linkFarm }: EvidenceDisks): void {
  const volumes = volumesOf(suspectRegion);
  const third = addVolume(suspectRegion, { sizeGiB: 1, availabilityZone: DEMO.zone });
  const attached = { instanceId: DEMO.instanceId, state: 'attached' as const, attachedAt: world.now() };
  third.attachments.push({ ...attached, device: '/dev/sdg', deleteOnTermination: false });
  third.state = 'in-use';
  for (const [id, content] of [
    [DEMO.rootVolumeId, root],
    [DEMO.dataVolumeId, data],
    [third.id, linkFarm],
  ] as const) {
    const volume = volumes.peek(id);
    if (volume === undefined) throw new Error(`the scenario has lost ${id}`);
    volume.content = content;
  }
}

/** A group of the examiner's own, that is called as the suspect's is, with a file system that it uses. */
const OWN_GROUP = `set -e
truncate -s 48M /var/tmp/own-disk
device=$(losetup --find --show /var/tmp/own-disk)
pvcreate -q "$device"
vgcreate -q web-vg "$device"
lvcreate -q -n root -l 100%FREE web-vg
mkfs.ext4 -q /dev/mapper/web--vg-root
mkdir -p /opt/own
mount /dev/mapper/web--vg-root /opt/own
echo examiner >/opt/own/whose`;

/** The examining guest, as soon as it answers. */
async function examinerOf({ securityRegion }: Stage, over: AbortSignal): Promise<Guest> {
  for (;;) {
    over.throwIfAborted();
    const machines = machinesOf(securityRegion);
    const known = instancesOf(securityRegion)
      .all()
      .map(({ id }) => machines.known(id));
    const [machine] = known.filter((one) => one !== undefined);
    if (machine !== undefined) return machine.guest();
    await pause(50);
  }
}

/** Examines three disks on a machine that has a volume group of the same name in use. */
export async function examined() {
  const disks = await evidenceDisks();
  const stage = await setStage();
  const over = new AbortController();
  try {
    giveDisks(stage, disks);
    const { clock } = stage.world;
    // No time passes for the steps while the examiner is made ready.
    const prepared = examinerOf(stage, over.signal).then((guest) =>
      clock.working(() => guest.run(OWN_GROUP)),
    );
    const run = startIncident(examination(stage), stage.finding(), {
      journal: memoryJournal(),
      environment: stage.environment,
    });
    const observations: Observation[] = [];
    const notices: string[] = [];
    run.events.on('entry', (entry) => {
      tell(entry);
      if (entry.kind === 'observations') observations.push(...entry.body.observations);
      if (entry.kind === 'notice') notices.push(`${entry.body.code}: ${entry.body.message}`);
    });
    const result = await run.finished;
    over.abort();
    if (result.status !== 'closed') throw new Error('another incident has this suspect');
    return { stage, result, observations, notices, prepared: await prepared };
  } catch (error) {
    over.abort();
    await stage.world.dispose();
    throw error;
  }
}
