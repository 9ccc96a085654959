import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import buildRoot from './build-root.sh';
import { cached, cacheFolder } from './cache.js';
import fetchKernel from './fetch-kernel.sh';
import { runScript } from './run-script.js';

/** A disk that guests boot from, with the kernel they boot. Read only: each guest gets a copy of the disk. */
export interface GuestImage {
  /** As `uname -r` says it. */
  readonly kernelRelease: string;
  readonly kernelFile: string;
  readonly diskFile: string;
}

export interface GuestImageOptions {
  /** Default: `CORDON_GUEST_CACHE`, or `.cordon/guest`. */
  readonly cache?: string;
  /** Debian packages beside the base. */
  readonly packages?: readonly string[];
  /** Size of the disk; only what is written takes room. Default 3072. */
  readonly sizeMiB?: number;
  /** A folder whose content is laid over the root. Its path stands for what is in it: other content, another path. */
  readonly files?: string;
  /** A script that the new root's own bash runs last, as root. */
  readonly setUp?: string;
  /** The address under which guests know the name of the world's S3. */
  readonly s3: { readonly name: string; readonly address: string };
}

const BASE = [
  'ca-certificates',
  'curl',
  'dbus',
  'dmsetup',
  'iproute2',
  'kmod',
  'lvm2',
  'procps',
  'qemu-guest-agent',
  'systemd-sysv',
  'udev',
  'xfsprogs',
];

/** A web server: what the intruder of the tests breaks into. */
export const WEB_SERVER = [
  'cron',
  'nginx-light',
  'openssh-client',
  'openssh-server',
  'php-fpm',
  'rsyslog',
  'sudo',
];

const SOURCES = ['/etc/apt/sources.list.d/debian.sources', '/etc/apt/sources.list'];

/** The one of this machine's own distribution; `linux-image-cloud-amd64` names it. */
async function kernelPackage(): Promise<string> {
  const depends = await runScript('apt-cache depends linux-image-cloud-amd64', {});
  const name = /Depends: (linux-image-[^\s<]+)/.exec(depends)?.[1];
  if (name === undefined) throw new Error('apt knows no linux-image-cloud-amd64: run apt-get update');
  return name;
}

async function kernelFolder(cache: string, name: string): Promise<string> {
  const version = await runScript('apt-cache policy "$PACKAGE" | sed -n "s/^ *Candidate: //p"', {
    PACKAGE: name,
  });
  return cached(cache, {
    name: 'kernel',
    ingredients: [fetchKernel, name, version],
    make: async (folder) => void (await runScript(fetchKernel, { PACKAGE: name, OUT: folder })),
  });
}

/** Builds the image, or takes it from the cache. Needs root, apt, mmdebstrap, mke2fs and sfdisk. */
export async function guestImage(options: GuestImageOptions): Promise<GuestImage> {
  const { packages = WEB_SERVER, sizeMiB = 3072, files = '', setUp = '', s3 } = options;
  const cache = cacheFolder(options.cache);
  const kernel = await kernelPackage();
  const kernelHome = await kernelFolder(cache, kernel);
  const sources = SOURCES.find((path) => existsSync(path));
  const suite = await runScript('. /etc/os-release; echo "$VERSION_CODENAME"', {});
  const settings = {
    SUITE: suite,
    MIRRORS: sources ?? '',
    PACKAGES: [...BASE, ...packages].join(','),
    SIZE_MIB: String(sizeMiB),
    FILES: files,
    SET_UP: setUp,
    S3_NAME: s3.name,
    S3_ADDRESS: s3.address,
  };
  const home = await cached(cache, {
    name: 'root',
    ingredients: [buildRoot, kernelHome, JSON.stringify(settings)],
    make: async (folder) =>
      void (await runScript(buildRoot, { ...settings, KERNEL: kernelHome, OUT: folder })),
  });
  return {
    kernelRelease: kernel.slice('linux-image-'.length),
    kernelFile: join(kernelHome, 'vmlinuz'),
    diskFile: join(home, 'disk.raw'),
  };
}

/** Whether this machine's processor can run guests itself. Elsewhere QEMU plays it, some ten times slower. */
export async function hasKvm(): Promise<boolean> {
  const processor = await readFile('/proc/cpuinfo', 'utf8').catch(() => '');
  return existsSync('/dev/kvm') && /^flags.*\b(?:vmx|svm)\b/m.test(processor);
}
