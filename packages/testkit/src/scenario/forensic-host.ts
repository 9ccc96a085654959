import type { HostBlueprint } from '../hosts/host-disks.js';
import type { MachineOptions } from '../hosts/machine-folder.js';
import { paintMachine } from './proc/machine-files.js';
import { BASE_ENVIRONMENT, type SimulatedProcess } from './proc/process.js';
import { paintProcesses } from './proc/process-files.js';
import { timelineOf } from './timeline.js';
import { treeDraft } from './tree/draft.js';

const MOUNTS = `proc /proc proc rw,nosuid,nodev,noexec,relatime 0 0
/dev/nvme0n1p1 / ext4 rw,relatime,discard,errors=remount-ro 0 0
tmpfs /run tmpfs rw,nosuid,nodev,noexec,relatime,mode=755 0 0
`;

const PROGRAMS = [
  [1, 0, '/sbin/init', 'systemd'],
  [420, 1, '/usr/bin/amazon-ssm-agent', 'amazon-ssm-agen'],
  [455, 420, '/usr/bin/ssm-agent-worker', 'ssm-agent-worke'],
] as const;

/** What `prepare-image.sh` of @cordon/steps-disk leaves there. */
const PREPARED: Readonly<Record<string, string>> = {
  'etc/udev/rules.d/01-evidence.rules':
    'ACTION=="add", SUBSYSTEM=="block", KERNEL=="nvme[1-9]*n*", RUN+="/usr/sbin/blockdev --setro $devnode"\n',
  'etc/lvm/lvm.conf':
    'global {\n\tevent_activation = 0\n}\nactivation {\n\tauto_activation_volume_list = []\n}\n',
  'etc/mdadm/mdadm.conf': 'AUTO -all\n',
};

/** Nobody is to fill more memory than a few MiB. */
const SHAPE = { memoryMiB: 64, toldMemoryMiB: 8 * 1024, hostname: 'forensic', mounts: MOUNTS };

const MACHINE: MachineOptions = {
  sleuthKit: 'present',
  node: 'present',
  diskBytes: 64 * 2 ** 30,
  diskUsedBytes: 4 * 2 ** 30,
};

/** The forensic image: a bare Debian with an agent, nothing else running. */
export function forensicBlueprint(bootedAt: Date): HostBlueprint {
  const times = { ...timelineOf(bootedAt), boot: bootedAt };
  const processes: readonly SimulatedProcess[] = PROGRAMS.map(([pid, parent, program, comm]) => ({
    pid,
    parent,
    comm,
    uid: 0,
    command: [program],
    exe: program,
    cwd: '/',
    startedAt: bootedAt,
    environment: BASE_ENVIRONMENT,
    sockets: {},
    residentKiB: 9_000,
    nice: 0,
  }));
  return {
    plant(root) {
      const draft = treeDraft();
      const at = bootedAt;
      draft.file('etc/hostname', 'forensic\n', { at });
      draft.file(
        'etc/os-release',
        'ID=debian\nVERSION_ID="12"\nPRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\n',
        { at },
      );
      draft.file('etc/passwd', 'root:x:0:0:root:/root:/bin/bash\n', { at });
      for (const [path, text] of Object.entries(PREPARED)) draft.file(path, text, { at });
      draft.directory('var/lib', { at });
      draft.directory('tmp', { at, mode: 0o1777 });
      draft.directory('var/tmp', { at, mode: 0o1777 });
      for (const folder of ['root', 'mnt', 'opt', 'usr/local']) draft.directory(folder, { at });
      paintProcesses(draft, processes, times);
      paintMachine(draft, times, SHAPE);
      draft.write(root);
    },
    machine: MACHINE,
  };
}
