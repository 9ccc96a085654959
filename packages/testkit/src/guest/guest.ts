import { type ChildProcess, spawn } from 'node:child_process';
import { openSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { GuestAgent, type GuestExecution } from './guest-agent.js';
import { Qmp } from './qmp.js';
import { type PacketRules, Wire, wireParameters } from './wire.js';

/** A disk as the guest gets it. */
export interface AttachedDisk {
  /** `vol-0f1e2d3c4b5a69788`: the serial number is the same without the hyphen. */
  readonly volumeId: string;
  /** A raw image; the guest writes to it. */
  readonly file: string;
}

export interface GuestNetwork {
  readonly address: string;
  readonly gateway: string;
  readonly rules: PacketRules;
}

export interface GuestOptions {
  readonly name: string;
  readonly kernelFile: string;
  /** The first one is the root: partition 1 of it. */
  readonly disks: readonly [AttachedDisk, ...AttachedDisk[]];
  /** Default 512. */
  readonly memoryMiB?: number;
  /** More words for the kernel's command line: `lockdown=integrity`. */
  readonly append?: string;
  readonly network: GuestNetwork;
  /** What the guest's own clock shows when it starts. Default: now. */
  readonly startsAt?: Date;
  readonly accelerator: 'kvm' | 'tcg';
  /** Until the agent answers for the first time. Default 480 s: slow machines, no KVM. */
  readonly bootMs?: number;
}

/** How many disks can be attached while it runs. */
const ROOT_PORTS = 8;
const CONSOLE_TAIL = 3_000;

const serialOf = (volumeId: string) => volumeId.replace('-', '');

function diskParameters({ volumeId, file }: AttachedDisk): readonly string[] {
  const node = serialOf(volumeId);
  return [
    '-blockdev',
    `driver=raw,node-name=${node},file.driver=file,file.filename=${file},discard=unmap`,
    '-device',
    `nvme,id=dev-${node},drive=${node},serial=${node}`,
  ];
}

function machineParameters(options: GuestOptions, folder: string): readonly string[] {
  const { network, startsAt = new Date(), append = '' } = options;
  const address = `ip=${network.address}::${network.gateway}:255.255.255.0::eth0:off`;
  const kernel = `console=ttyS0 root=/dev/nvme0n1p1 rw quiet net.ifnames=0 panic=5 mitigations=off no_timer_check systemd.gpt_auto=0 ${address} ${append}`;
  const socket = (name: string) => `socket,id=${name},path=${join(folder, name)},server=on,wait=off`;
  return [
    ...['-name', options.name, '-machine', 'q35', '-m', `${options.memoryMiB ?? 512}M`, '-smp', '1'],
    // Five-level page tables are nothing that Nitro has, and analyses differ over them.
    ...(options.accelerator === 'kvm'
      ? ['-accel', 'kvm', '-cpu', 'host']
      : ['-accel', 'tcg', '-cpu', 'max,la57=off,svm=off']),
    ...['-nodefaults', '-no-user-config', '-display', 'none', '-no-reboot'],
    ...['-rtc', `base=${startsAt.toISOString().slice(0, 19)},clock=host`],
    ...['-kernel', options.kernelFile, '-append', kernel],
    ...['-chardev', `file,id=console,path=${join(folder, 'console.log')}`, '-serial', 'chardev:console'],
    ...['-chardev', socket('agent'), '-device', 'virtio-serial-pci'],
    ...['-device', 'virtserialport,chardev=agent,name=org.qemu.guest_agent.0'],
    ...['-qmp', `unix:${join(folder, 'qmp')},server=on,wait=off`, '-device', 'virtio-rng-pci'],
    ...wireParameters(folder, network.gateway),
    ...['-device', 'virtio-net-pci,netdev=net0'],
    ...options.disks.flatMap(diskParameters),
    ...Array.from({ length: ROOT_PORTS }, (_, index) => [
      '-device',
      `pcie-root-port,id=port${index},chassis=${index + 1},slot=${index + 1}`,
    ]).flat(),
  ];
}

/** A virtual machine of QEMU's: ended by its own process, never by a name. */
export class Guest {
  readonly #attached = new Map<string, number>();
  #frozen = false;

  private constructor(
    readonly options: GuestOptions,
    readonly folder: string,
    private readonly process: ChildProcess,
    private readonly parts: { readonly qmp: Qmp; readonly agent: GuestAgent; readonly wire: Wire },
  ) {}

  /**
   * Starts the machine and waits until its agent answers.
   *
   * @throws Error with the end of its console when it does not
   */
  static async boot(options: GuestOptions): Promise<Guest> {
    // A socket's path has 107 characters at most.
    const folder = await mkdtemp(join(tmpdir(), 'cordon-guest-'));
    const log = openSync(join(folder, 'qemu.log'), 'w');
    // QEMU must not outlive the process that has started it, however that ends.
    const words = ['--pdeathsig', 'KILL', 'qemu-system-x86_64', ...machineParameters(options, folder)];
    const process = spawn('setpriv', words, { stdio: ['ignore', log, log], detached: true });
    try {
      const { network } = options;
      const qmp = await whenListening(process, () => Qmp.connect(join(folder, 'qmp')));
      const wire = await Wire.connect(folder, network);
      const agent = await GuestAgent.reach(join(folder, 'agent'), { bootMs: options.bootMs ?? 480_000 });
      return new Guest(options, folder, process, { qmp, wire, agent });
    } catch (error) {
      await end(process);
      const told = `${tail(join(folder, 'qemu.log'))}\n${tail(join(folder, 'console.log'))}`;
      await rm(folder, { recursive: true, force: true });
      throw new Error(`guest ${options.name} did not come up: ${told}`, { cause: error });
    }
  }

  get pid(): number {
    return this.process.pid ?? 0;
  }

  get agentAlive(): boolean {
    return this.parts.agent.alive;
  }

  /** What the kernel and init have written, for errors. */
  console(): string {
    return tail(join(this.folder, 'console.log'));
  }

  /** Runs a script with bash, as root. @throws AgentLost */
  run(script: string, options: Parameters<GuestAgent['run']>[1] = {}): Promise<GuestExecution> {
    return this.parts.agent.run(script, options);
  }

  /** @throws AgentLost */
  exec(...words: Parameters<GuestAgent['exec']>): Promise<GuestExecution> {
    return this.parts.agent.exec(...words);
  }

  /** Plugs a disk into the running machine. */
  async attach({ volumeId, file }: AttachedDisk): Promise<void> {
    const port = Array.from({ length: ROOT_PORTS }, (_, index) => index).find(
      (index) => ![...this.#attached.values()].includes(index),
    );
    if (port === undefined) throw new Error(`guest ${this.options.name} has no port left for ${volumeId}`);
    const node = serialOf(volumeId);
    const { qmp } = this.parts;
    await qmp.execute('blockdev-add', {
      driver: 'raw',
      'node-name': node,
      discard: 'unmap',
      file: { driver: 'file', filename: file },
    });
    await qmp.execute('device_add', {
      driver: 'nvme',
      id: `dev-${node}`,
      drive: node,
      serial: node,
      bus: `port${port}`,
    });
    this.#attached.set(volumeId, port);
  }

  /** Unplugs a disk that was attached while the machine ran. */
  async detach(volumeId: string): Promise<void> {
    const node = serialOf(volumeId);
    await this.parts.qmp.unplug(`dev-${node}`);
    await this.parts.qmp.execute('blockdev-del', { 'node-name': node });
    this.#attached.delete(volumeId);
  }

  /**
   * Stops the machine between two instructions, so that its disks can be copied as they are at this moment; it goes on
   * as soon as the present work of this process is done.
   */
  freeze(): void {
    if (this.#frozen || this.process.exitCode !== null) return;
    this.#frozen = true;
    process.kill(this.pid, 'SIGSTOP');
    while (!isStopped(this.pid)) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1);
    setImmediate(() => {
      this.#frozen = false;
      if (this.process.exitCode === null) process.kill(this.pid, 'SIGCONT');
    });
  }

  /** Ends the machine as a power cut would, and removes its folder. The disks are the caller's. */
  async stop(): Promise<void> {
    this.parts.agent.close();
    this.parts.qmp.close();
    this.parts.wire.close();
    await end(this.process);
    await rm(this.folder, { recursive: true, force: true });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }
}

async function whenListening<T>(process: ChildProcess, connect: () => Promise<T>): Promise<T> {
  for (let tries = 0; ; tries++) {
    try {
      return await connect();
    } catch (error) {
      if (process.exitCode !== null || process.signalCode !== null || tries > 200) throw error;
      await pause(50);
    }
  }
}

function isStopped(pid: number): boolean {
  // The state stands after the name in parentheses, which may hold anything.
  const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
  return 'TZX'.includes(text.slice(text.lastIndexOf(')') + 2, text.lastIndexOf(')') + 3));
}

async function end(process: ChildProcess): Promise<void> {
  if (process.exitCode !== null || process.signalCode !== null) return;
  const ended = new Promise((resolve) => process.once('exit', resolve));
  process.kill('SIGKILL');
  await ended;
}

function tail(file: string): string {
  try {
    return readFileSync(file, 'utf8').slice(-CONSOLE_TAIL);
  } catch {
    return '';
  }
}
