import type { Timeline } from '../timeline.js';
import type { TreeDraft } from '../tree/draft.js';
import { SUSPECT } from '../tree/scene.js';

/** An inclusive range of physical addresses. */
export interface MemoryRange {
  readonly start: number;
  readonly end: number;
}

const LOW_END = 0x9f_fff;
const HIGH_START = 0x100_000;

/** System RAM of a small virtual machine: the low 640 KiB, then everything from 1 MiB on. */
export function memoryRanges(memoryMiB: number): readonly MemoryRange[] {
  return [
    { start: 0x1000, end: LOW_END },
    { start: HIGH_START, end: memoryMiB * 2 ** 20 - 1 },
  ];
}

function iomem(ranges: readonly MemoryRange[]): string {
  const hex = (address: number) => address.toString(16).padStart(8, '0');
  const ram = ranges.map(({ start, end }) => `${hex(start)}-${hex(end)} : System RAM\n`);
  return [
    '00000000-00000fff : Reserved\n',
    ram[0],
    '000a0000-000fffff : Reserved\n',
    ...ram.slice(1),
    'c0000000-febfffff : PCI Bus 0000:00\n',
  ].join('');
}

const MODULES = [
  'nvme',
  'nvme_core',
  'ena',
  'ext4',
  'jbd2',
  'mbcache',
  'crc16',
  'nf_tables',
  'nfnetlink',
  'xt_conntrack',
  'nf_conntrack',
  'ip_tables',
  'aesni_intel',
  'crypto_simd',
  'cryptd',
  'button',
  'evdev',
  'autofs4',
];

const MOUNTS = `sysfs /sys sysfs rw,nosuid,nodev,noexec,relatime 0 0
proc /proc proc rw,nosuid,nodev,noexec,relatime 0 0
udev /dev devtmpfs rw,nosuid,relatime,size=3964604k,mode=755 0 0
/dev/nvme0n1p1 / ext4 rw,relatime,discard,errors=remount-ro 0 0
tmpfs /run tmpfs rw,nosuid,nodev,noexec,relatime,mode=755 0 0
tmpfs /dev/shm tmpfs rw,nosuid,nodev 0 0
/dev/nvme1n1 /srv ext4 rw,relatime 0 0
`;

export interface MachineShape {
  readonly memoryMiB: number;
  /** What /proc/meminfo tells, where nobody is to fill so much. Default `memoryMiB`. */
  readonly toldMemoryMiB?: number;
  readonly kernel?: string;
  readonly hostname?: string;
  readonly mounts?: string;
}

/** The same on every machine. */
const FIXED_FILES: Readonly<Record<string, string>> = {
  'proc/filesystems': 'nodev\tsysfs\nnodev\ttmpfs\nnodev\tproc\n\text4\n\txfs\n\tvfat\n',
  'proc/swaps': 'Filename\t\t\t\tType\t\tSize\t\tUsed\t\tPriority\n',
  'proc/kallsyms':
    '0000000000000000 T _stext\n0000000000000000 T startup_64\n0000000000000000 D linux_banner\n',
  'proc/net/route':
    'Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT\nens5\t00000000\t0103140A\t0003\t0\t0\t100\t00000000\t0\t0\t0\n',
  'proc/net/arp':
    'IP address       HW type     Flags       HW address            Mask     Device\n10.20.3.1        0x1         0x2         0a:12:34:56:78:9a     *        ens5\n',
  'proc/net/dev':
    'Inter-|   Receive                                                |  Transmit\n face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed\n  ens5: 9912345678 8123456 0 0 0 0 0 0 8812345678 7123456 0 0 0 0 0 0\n',
  'proc/loadavg': '2.04 2.01 1.88 3/188 65002\n',
  'proc/cpuinfo': [0, 1]
    .map(
      (cpu) =>
        `processor\t: ${cpu}\nvendor_id\t: GenuineIntel\nmodel name\t: Intel(R) Xeon(R) Platinum 8375C CPU @ 2.90GHz\n\n`,
    )
    .join(''),
  'proc/modules': MODULES.map(
    (name, index) => `${name} ${16384 + index * 4096} ${index % 3} - Live 0x0000000000000000\n`,
  ).join(''),
  'proc/sys/kernel/tainted': '0\n',
  'proc/sys/kernel/kptr_restrict': '0\n',
  'proc/sys/kernel/modules_disabled': '0\n',
  'proc/sys/kernel/random/boot_id': 'd3b1f7a2-8c55-4c0b-9a9e-2f0f6b1c7d10\n',
  'sys/kernel/security/lockdown': '[none] integrity confidentiality\n',
};

function meminfo(memoryMiB: number): string {
  const kib = (value: number) => `${String(value).padStart(8)} kB`;
  const total = memoryMiB * 1024;
  return `MemTotal:       ${kib(total - 640)}\nMemFree:        ${kib(total >> 2)}\nMemAvailable:   ${kib(total >> 1)}\nSwapTotal:      ${kib(0)}\nSwapFree:       ${kib(0)}\n`;
}

function kernelFiles(kernel: string): Readonly<Record<string, string>> {
  const compiler = 'gcc-12 (Debian 12.2.0-14) 12.2.0, GNU ld (GNU Binutils for Debian) 2.40';
  return {
    'proc/version': `Linux version ${kernel} (debian-kernel@lists.debian.org) (${compiler}) #1 SMP PREEMPT_DYNAMIC Debian ${SUSPECT.kernelVersion}\n`,
    'proc/cmdline': `BOOT_IMAGE=/boot/vmlinuz-${kernel} root=PARTUUID=3c5c9e6e-01 ro console=tty0 console=ttyS0,115200 nvme_core.io_timeout=4294967295\n`,
    'proc/sys/kernel/osrelease': `${kernel}\n`,
  };
}

/** What the kernel says about the machine itself: /proc and a little of /sys. */
export function paintMachine(draft: TreeDraft, times: Timeline, shape: MachineShape): void {
  const { memoryMiB, kernel = SUSPECT.kernel, hostname = SUSPECT.hostname, mounts = MOUNTS } = shape;
  const at = times.boot;
  const bootSeconds = Math.floor(at.getTime() / 1000);
  const files: Readonly<Record<string, string>> = {
    ...FIXED_FILES,
    ...kernelFiles(kernel),
    'proc/mounts': mounts,
    'proc/iomem': iomem(memoryRanges(memoryMiB)),
    'proc/meminfo': meminfo(shape.toldMemoryMiB ?? memoryMiB),
    'proc/stat': `cpu  812345 0 402211 99881234 10233 0 8812 0 0 0\ncpu0 406172 0 201105 49940617 5116 0 4406 0 0 0\nctxt 991238812\nbtime ${bootSeconds}\nprocesses 64991\nprocs_running 2\n`,
    'proc/uptime': `${(times.findingAt.getTime() / 1000 - bootSeconds).toFixed(2)} 99881.23\n`,
    'proc/sys/kernel/hostname': `${hostname}\n`,
  };
  for (const [path, text] of Object.entries(files)) draft.file(path, text, { at, mode: 0o644 });
  draft.link('proc/self/ns/net', 'net:[4026531840]', { at });
  draft.link('proc/self/mounts', '../mounts', { at });
}
