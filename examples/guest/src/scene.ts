import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { type Environment, type Finding, parseFindings } from '@cordon/core';
import {
  addImage,
  type CompromisedWebServer,
  commandAndControlFinding,
  compromisedWebServer,
  createWorld,
  DEMO,
  type SimulatedRegion,
  type SimulatedWorld,
  snapshotSpeedOf,
  volumesOf,
} from '@cordon/testkit';
import {
  BootableImage,
  blankDisk,
  type Guest,
  type GuestBoot,
  GuestDisk,
  machinesOf,
  PacedClock,
} from '@cordon/testkit/guest';
import type { Deployment } from '../../quickstart/src/pipeline.ts';
import { environmentOver } from '../../quickstart/src/simulation.ts';
import { Controller } from './controller.ts';
import { type BootableServer, forAnotherKernel, limeModuleFor, S3_URL, webServerImage } from './image.ts';
import { breakIn } from './intruder/break-in.ts';

type ModuleKind = 'right' | 'absent' | 'for another kernel' | 'said to be signed';

export interface GuestSceneOptions {
  readonly intruder?: 'present' | 'absent';
  /** How the suspect comes up, where it differs. */
  readonly boot?: Partial<GuestBoot>;
  /** What the catalogue holds for the suspect's kernel. Default `right`. */
  readonly module?: ModuleKind;
  /** How many times faster time goes while nobody is at work. */
  readonly lapse?: number;
  /** What the forensic instance boots from. Default: the web server's image. */
  readonly examiner?: BootableServer;
}

export interface GuestScene {
  readonly world: SimulatedWorld;
  readonly suspectRegion: SimulatedRegion;
  readonly securityRegion: SimulatedRegion;
  readonly suspect: Guest;
  readonly controller: Controller;
  readonly environment: Environment;
  readonly deployment: Deployment;
  /** What GuardDuty says now. */
  readonly finding: () => Finding;
}

const DATA_BYTES = 256 * 2 ** 20;
const SUSPECT_MIB = 256;
const EXAMINER_MIB = 384;

/** The modules of the catalogue: none, or one that says it is for the suspect's kernel. */
async function addModules(world: SimulatedWorld, image: BootableServer, kind: ModuleKind) {
  if (kind === 'absent') return [];
  const built = await limeModuleFor(image);
  const { bytes, sha256 } = kind === 'for another kernel' ? forAnotherKernel(built) : built;
  const key = `lime/${image.kernelRelease}/lime.ko`;
  const credentials = world.account(DEMO.securityAccount).credentials();
  const s3 = new S3Client({ region: DEMO.region, credentials });
  await s3.send(new PutObjectCommand({ Bucket: DEMO.moduleBucket, Key: key, Body: bytes }));
  const signed = kind === 'said to be signed';
  const file = { bucket: DEMO.moduleBucket, key, sha256 };
  return [{ ...file, kernel: image.kernelRelease, architecture: 'x86_64', signed }];
}

/** The suspect's root becomes a guest's disk; its second volume a file system that it has mounted. */
async function bootSuspect(region: SimulatedRegion, image: BootableImage): Promise<Guest> {
  const root = volumesOf(region).peek(DEMO.rootVolumeId);
  const data = volumesOf(region).peek(DEMO.dataVolumeId);
  if (root === undefined || data === undefined) throw new Error('the scenario has lost its volumes');
  root.content = image;
  data.content = new GuestDisk(region, blankDisk(region.world, DATA_BYTES));
  image.machineOf(region, DEMO.instanceId);
  const machine = machinesOf(region).known(DEMO.instanceId);
  if (machine === undefined) throw new Error('the suspect does not run');
  const guest = await machine.guest();
  // Mounted in a running server, as data volumes are.
  const { exitCode, stderr } = await guest.run(
    'mkfs.ext4 -q /dev/nvme1n1 && mount /dev/nvme1n1 /srv && echo orders >/srv/orders.csv',
  );
  if (exitCode !== 0) throw new Error(`the data volume could not be mounted: ${stderr}`);
  return guest;
}

function forensicImage(region: SimulatedRegion, image: BootableServer): string {
  const boot = { memoryMiB: EXAMINER_MIB, ...image.boot, append: 'systemd.unit=examine.target' };
  const content = new BootableImage(image.diskFile, boot);
  return addImage(region, { name: 'forensic-guest', content, rootSizeGiB: 8 }).id;
}

function forensicOptions(security: CompromisedWebServer['security'], amiId: string): Deployment['forensic'] {
  return {
    subnetId: security.subnetId,
    securityGroupIds: [security.groupId],
    image: { amiId },
    instanceProfileName: security.instanceProfileName,
  };
}

function findingAt(now: Date): Finding {
  const [finding] = parseFindings(commandAndControlFinding(now)).findings;
  if (finding === undefined) throw new Error('the scenario gave no finding');
  return finding;
}

export interface Stage extends Omit<GuestScene, 'suspect' | 'controller' | 'deployment'> {
  readonly image: BootableServer;
  readonly deployment: Omit<Deployment, 'modules'>;
}

interface StageOptions extends Pick<GuestSceneOptions, 'examiner'> {
  readonly clock?: PacedClock;
}

/** The demo's two accounts, in which whatever examines is a real Linux machine. */
export async function setStage(options: StageOptions = {}): Promise<Stage> {
  const image = await webServerImage();
  const { clock = new PacedClock(), examiner = image } = options;
  const world = createWorld({ seed: 'guest', clock, latencyMs: [1, 3] });
  try {
    const scene = await compromisedWebServer(world, { intruder: 'absent', findingAt: world.now() });
    const { suspectRegion, securityRegion, security } = scene;
    // What is measured here is not how long EBS takes.
    for (const region of [suspectRegion, securityRegion]) snapshotSpeedOf(region).gibPerMinute = 600;
    const { credentials, suspect: role, security: account } = scene.aws;
    const reach = { s3Url: S3_URL, operator: await credentials(), suspect: role, security: account };
    return {
      ...{ world, suspectRegion, securityRegion, image },
      environment: environmentOver(reach, world.clock),
      deployment: {
        stagingBucket: DEMO.stagingBucket,
        kmsKeyArn: security.kmsKeyArn,
        forensic: forensicOptions(security, forensicImage(securityRegion, examiner)),
      },
      finding: () => findingAt(world.now()),
    };
  } catch (error) {
    await world.dispose();
    throw error;
  }
}

/** ... and whatever is suspected, too. */
export async function guestScene(options: GuestSceneOptions = {}): Promise<GuestScene> {
  const { intruder = 'present', boot = {}, module = 'right', lapse, examiner } = options;
  const clock = new PacedClock(lapse === undefined ? {} : { lapse });
  const { image, ...stage } = await setStage({ clock, ...(examiner === undefined ? {} : { examiner }) });
  const { world } = stage;
  try {
    const suspectBoot = { ...image.boot, memoryMiB: SUSPECT_MIB, ...boot };
    const [modules, controller, suspect] = await Promise.all([
      addModules(world, image, module),
      Controller.start(world),
      bootSuspect(stage.suspectRegion, new BootableImage(image.diskFile, suspectBoot)),
    ]);
    if (intruder === 'present') await breakIn(suspect);
    // Its agent finds the way to Systems Manager.
    await world.clock.advance(60_000);
    return { ...stage, suspect, controller, deployment: { ...stage.deployment, modules } };
  } catch (error) {
    await world.dispose();
    throw error;
  }
}
