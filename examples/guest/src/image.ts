import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { buildModule } from '@cordon/steps-memory';
import {
  cached,
  cacheFolder,
  type GuestBoot,
  type GuestImage,
  type GuestImageOptions,
  guestImage,
  hasKvm,
} from '@cordon/testkit/guest';

/** Where a quarantined guest finds the world's S3: in the range of its prefix list, at the port that is let out to. */
const S3 = { name: 's3.eu-west-1.amazonaws.com', address: '52.218.0.10' } as const;
export const S3_URL = `http://${S3.name}:443`;

export interface BootableServer extends GuestImage {
  readonly boot: GuestBoot;
}

/** An image, built when it is not in the cache, and how guests come up from it on this machine. */
export async function bootableImage(options: Omit<GuestImageOptions, 's3'>): Promise<BootableServer> {
  const image = await guestImage({ ...options, s3: S3 });
  const accelerator = (await hasKvm()) ? 'kvm' : 'tcg';
  return { ...image, boot: { kernelFile: image.kernelFile, accelerator } };
}

export const webServerImage = (): Promise<BootableServer> => bootableImage({});

interface ModuleFile {
  readonly bytes: Uint8Array;
  readonly sha256: string;
}

/** LiME for the guests' kernel, built by the catalogue's own tool when it is not in the cache. */
export async function limeModuleFor({ kernelRelease, kernelFile }: GuestImage): Promise<ModuleFile> {
  const home = await cached(cacheFolder(), {
    name: 'lime',
    ingredients: [kernelFile],
    make: async (folder) => {
      const { bytes } = await buildModule(kernelRelease);
      await writeFile(join(folder, 'lime.ko'), bytes);
    },
  });
  const bytes = await readFile(join(home, 'lime.ko'));
  return { bytes, sha256: digestOf(bytes) };
}

const digestOf = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

/** The same as it would be of a kernel for one processor: the kernel compares what its modules were built for. */
export function forAnotherKernel({ bytes }: ModuleFile): ModuleFile {
  const other = Buffer.from(bytes);
  const at = other.indexOf(' SMP ', other.indexOf('vermagic='));
  if (at < 0) throw new Error('the module does not say what it was built for');
  other.write(' UNI ', at);
  return { bytes: other, sha256: digestOf(other) };
}
