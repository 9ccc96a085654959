import type { Machine, MachineExecution } from '../hosts/machine.js';
import { outsideOfProcesses } from '../simulated-process.js';
import type { SimulatedRegion } from '../simulation/account.js';
import { instancesOf } from '../simulation/ec2/instances.js';
import { interfacesOfInstance } from '../simulation/ec2/interfaces.js';
import { type SimulatedVolume, volumesOfInstance } from '../simulation/ec2/volumes.js';
import { type AttachedDisk, Guest } from './guest.js';
import type { GuestParts } from './guest-boot.js';
import { WorldRules } from './world-rules.js';

export interface GuestMachineOptions extends GuestParts {
  readonly region: SimulatedRegion;
  readonly instanceId: string;
}

/**
 * What SSM's agent does with a script: it lies on the disk, and `sh` runs it. The clock is set first: where the world's
 * time has passed faster, the guest's has not.
 */
const AS_AGENT = `umask 077
date -s "@$2" >/dev/null
mkdir -p "$1" && cat >"$1/_script.sh" && chmod 700 "$1/_script.sh" && exec sh -c "$1/_script.sh" </dev/null`;

/** The guest behind one instance: started with it, given its volumes as they come and go, ended with it. */
export class GuestMachine implements Machine {
  readonly #options: GuestMachineOptions;
  readonly #booted: Promise<Guest>;
  readonly #disks = new Set<string>();
  #guest: Guest | undefined;
  #stopped = false;
  #commands = 0;
  #settling: Promise<void> = Promise.resolve();

  constructor(options: GuestMachineOptions) {
    this.#options = options;
    const { clock } = options.region.world;
    this.#booted = outsideOfProcesses(() => clock.working(() => this.#boot()));
    // Whoever runs something hears of it; until then nobody listens.
    this.#booted.catch(() => undefined);
  }

  get agentAlive(): boolean {
    return this.#guest?.agentAlive ?? false;
  }

  /** The guest itself, for what a scenario does in it beside SSM. @throws Error when it has not come up */
  guest(): Promise<Guest> {
    return this.#booted;
  }

  freeze(): void {
    this.#guest?.freeze();
  }

  async run(script: string, signal: AbortSignal): Promise<MachineExecution> {
    const guest = await this.#booted;
    await this.#settleDisks(guest);
    this.#commands += 1;
    const { instanceId } = this.#options;
    const folder = `/var/lib/amazon/ssm/${instanceId}/document/orchestration/${this.#commands}/awsrunShellScript`;
    const now = (this.#now().getTime() / 1_000).toFixed(3);
    return guest.exec(['/usr/bin/setsid', '/bin/sh', '-c', AS_AGENT, 'sh', folder, now], {
      input: script,
      signal,
    });
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#booted.then(
      (guest) => guest.stop(),
      () => undefined,
    );
  }

  async #boot(): Promise<Guest> {
    const { region, instanceId, boot } = this.#options;
    const [root, ...others] = this.#attached();
    if (root === undefined) throw new Error(`${instanceId} has no volume to boot from`);
    const address = interfacesOfInstance(region, instanceId)[0]?.privateAddresses[0] ?? '';
    const { kernelFile, accelerator, memoryMiB, append } = boot;
    const disks = [root, ...others].map((volume) => this.#disk(volume));
    const guest = await Guest.boot({
      name: instanceId,
      kernelFile,
      accelerator,
      // The first one is the root.
      disks: disks as [AttachedDisk, ...AttachedDisk[]],
      startsAt: this.#now(),
      network: {
        address,
        gateway: address.replace(/\.\d+$/, '.1'),
        rules: await WorldRules.of(region, instanceId),
      },
      ...(memoryMiB === undefined ? {} : { memoryMiB }),
      ...(append === undefined ? {} : { append }),
    });
    if (this.#stopped) await guest.stop();
    this.#guest = guest;
    return guest;
  }

  #now(): Date {
    const { region, boot } = this.#options;
    return new Date(region.world.now().getTime() + (boot.clockSkewMs ?? 0));
  }

  /** Attached volumes, the root first. */
  #attached(): readonly SimulatedVolume[] {
    const { region, instanceId } = this.#options;
    const rootDevice = instancesOf(region).peek(instanceId)?.rootDeviceName;
    const found = volumesOfInstance(region, instanceId).flatMap((volume) => {
      const own = volume.attachments.find((one) => one.instanceId === instanceId && one.state === 'attached');
      if (own === undefined) return [];
      return [{ volume, order: own.device === rootDevice ? 0 : own.attachedAt.getTime() }];
    });
    return found.sort((a, b) => a.order - b.order).map(({ volume }) => volume);
  }

  #disk(volume: SimulatedVolume): AttachedDisk {
    this.#disks.add(volume.id);
    const { diskOf, region } = this.#options;
    return { volumeId: volume.id, file: diskOf(region, volume).file };
  }

  /** Plugs and unplugs until the machine has the disks that the instance has. */
  #settleDisks(guest: Guest): Promise<void> {
    const turn = this.#settling.then(async () => {
      this.#options.region.world.settle();
      const wanted = this.#attached();
      for (const id of [...this.#disks]) {
        if (wanted.some((volume) => volume.id === id)) continue;
        await guest.detach(id);
        this.#disks.delete(id);
      }
      for (const volume of wanted) if (!this.#disks.has(volume.id)) await guest.attach(this.#disk(volume));
    });
    this.#settling = turn.catch(() => undefined);
    return turn;
  }
}
