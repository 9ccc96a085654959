import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { HostDevices } from './devices.js';
import { type Execution, execute } from './execute.js';
import { giveToHost } from './identity.js';
import { type MachineOptions, type PreparedMachine, paintMachineFolder } from './machine-folder.js';
import { type HostNetwork, type HostSocket, NO_NETWORK } from './network.js';
import { type NetworkGate, openGate } from './network-gate.js';
import { removeTree } from './remove-tree.js';

export interface HostOptions {
  /** The instance's id. */
  readonly name: string;
  /** The virtual clock. */
  readonly now: () => Date;
  /** Puts the file system into the folder. */
  readonly plant: (root: string) => void;
  readonly network?: HostNetwork;
  readonly machine?: MachineOptions;
}

export interface HostExecution extends Execution {
  /** Virtual seconds that the command took. */
  readonly seconds: number;
}

const SYSTEM_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';
const REAL_TIMEOUT_MS = 120_000;
/** What starting a shell takes; the rest comes from the stand-ins. */
const BASE_SECONDS = 0.4;

/**
 * A machine whose file system is a private folder and whose commands are run for real, unprivileged. Only what needs a
 * kernel, the time or the network has a stand-in.
 *
 * Not simulated: owners (everything belongs to whom the commands run as), device contents beyond file systems, and
 * bash's own clock (`EPOCHSECONDS`, `printf '%(...)T' -1`).
 */
export class SimulatedHost {
  readonly name: string;
  /** Its root file system: `CORDON_ROOT`. */
  readonly root: string;
  readonly devices: HostDevices;
  readonly #folder: string;
  readonly #options: HostOptions;
  readonly #machine: PreparedMachine;
  #gate: NetworkGate | undefined;
  #queue: Promise<unknown> = Promise.resolve();
  #commands = 0;

  constructor(options: HostOptions) {
    this.name = options.name;
    this.#options = options;
    this.#folder = mkdtempSync(join(tmpdir(), `cordon-${options.name}-`));
    // Traversable for the unprivileged identity.
    chmodSync(this.#folder, 0o755);
    this.root = join(this.#folder, 'root');
    options.plant(this.root);
    for (const folder of ['tmp', 'run/cordon', 'mnt', 'dev', 'sys', 'proc'])
      mkdirSync(join(this.root, folder), { recursive: true });
    this.#machine = paintMachineFolder(join(this.#folder, 'machine'), this.root, options.machine ?? {});
    this.devices = new HostDevices({ root: this.root, machine: this.#machine.folder });
    giveToHost(this.root);
    giveToHost(this.#machine.folder);
  }

  /** Kernel messages so far. */
  dmesg(): string {
    return readFileSync(join(this.#machine.folder, 'dmesg'), 'utf8');
  }

  /** Devices that were written to by being mounted: evidence that has changed. */
  writtenDevices(): readonly string[] {
    const list = join(this.#machine.folder, 'written');
    return existsSync(list) ? readFileSync(list, 'utf8').trim().split('\n') : [];
  }

  /** Runs a script as SSM would: with `sh`, or with what its first line names. One after the other. */
  run(script: string): Promise<HostExecution> {
    const turn = this.#queue.then(() => this.#run(script));
    this.#queue = turn.catch(() => undefined);
    return turn;
  }

  async #run(script: string): Promise<HostExecution> {
    this.#commands += 1;
    await this.#refresh();
    const file = this.#leaveScript(script);
    const shebang = /^#!\s*([^\n]+)/.exec(script)?.[1]?.trim().split(/\s+/) ?? ['/bin/sh'];
    const [program = '/bin/sh', ...rest] = shebang;
    const execution = await execute([program, ...rest, file], {
      environment: this.#environment(),
      folder: this.root,
      timeoutMs: REAL_TIMEOUT_MS,
    });
    return { ...execution, seconds: BASE_SECONDS + this.#spent() };
  }

  /** The agent leaves every script it has run on the disk. */
  #leaveScript(script: string): string {
    const folder = join(
      this.root,
      'var/lib/amazon/ssm',
      this.name,
      'document/orchestration',
      String(this.#commands),
    );
    mkdirSync(folder, { recursive: true });
    const file = join(folder, '_script.sh');
    writeFileSync(file, script, { mode: 0o700 });
    giveToHost(join(this.root, 'var/lib/amazon'));
    return file;
  }

  #environment(): Readonly<Record<string, string>> {
    return {
      PATH: `${this.#machine.bin}:${SYSTEM_PATH}`,
      HOME: join(this.root, 'root'),
      TMPDIR: join(this.root, 'tmp'),
      LANG: 'C.UTF-8',
      CORDON_ROOT: this.root,
      CORDON_RUN: join(this.root, 'run/cordon'),
      CORDON_SIM: this.#machine.folder,
      CORDON_SIM_PATH: SYSTEM_PATH,
      CORDON_SIM_SPENT: this.#spentFile(),
    };
  }

  /** Brings what the stand-ins read up to the present moment. */
  async #refresh(): Promise<void> {
    const { network = NO_NETWORK, now } = this.#options;
    this.#gate ??= await openGate(network);
    const { folder } = this.#machine;
    const seconds = now().getTime() / 1000;
    writeFileSync(join(folder, 'settings/now'), `${seconds}\n`);
    writeFileSync(join(folder, 'settings/gate'), this.#gate.url);
    writeFileSync(this.#spentFile(), '');
    giveToHost(this.#spentFile());
    writeFileSync(join(folder, 'sockets'), network.sockets().map(socketLine).join(''));
    const booted = /^btime (\d+)$/m.exec(readFileSync(join(this.root, 'proc/stat'), 'utf8'))?.[1];
    const uptime = Math.max(0, seconds - Number(booted ?? seconds)).toFixed(2);
    writeFileSync(join(this.root, 'proc/uptime'), `${uptime} ${uptime}\n`);
  }

  /** One for each command: what an earlier one has left in the background spends no time of this one's. */
  #spentFile(): string {
    return join(this.#machine.folder, `spent-${this.#commands}`);
  }

  #spent(): number {
    const lines = readFileSync(this.#spentFile(), 'utf8').split('\n');
    return lines.reduce((sum, line) => sum + Number(line), 0);
  }

  async dispose(): Promise<void> {
    await this.#queue;
    this.#gate?.close();
    removeTree(this.#folder);
  }
}

function socketLine(socket: HostSocket): string {
  const { protocol, state, local, remote, bytes, bytesPerSecond, process: holder } = socket;
  const owner = holder === undefined ? ['', '', ''] : [holder.name, holder.pid, holder.fd];
  return `${[protocol, state, local, remote, Math.round(bytes), Math.round(bytesPerSecond), ...owner, 0, 0].join('|')}\n`;
}
