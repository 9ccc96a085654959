import { truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { cached, cacheFolder, DiskBytes, Guest, runScript } from '@cordon/testkit/guest';
import { webServerImage } from '../image.ts';
import makeDisks from './make-disks.sh';
import makeLinkFarm from './make-link-farm.sh';

const MIB = 2 ** 20;
const ROOT = { volumeId: 'vol-0aaaaaaaaaaaaaaa1', sizeMiB: 640 };
const DATA = { volumeId: 'vol-0aaaaaaaaaaaaaaa2', sizeMiB: 128 };
const MAKER = 'vol-0aaaaaaaaaaaaaaa0';

/** Three disks of a server that is gone: their files are read only. */
export interface EvidenceDisks {
  /** XFS on LVM, in the group `web-vg`. */
  readonly root: DiskBytes;
  /** ext4 as a power cut leaves it: a web shell stands in its journal alone. */
  readonly data: DiskBytes;
  /** ext4 with a hundred thousand symbolic links. */
  readonly linkFarm: DiskBytes;
}

async function blank(folder: string, { volumeId, sizeMiB }: typeof ROOT) {
  const file = join(folder, `${volumeId}.raw`);
  await writeFile(file, '');
  await truncate(file, sizeMiB * MIB);
  return { volumeId, file };
}

/** A real kernel makes them, and loses its power before it has put everything in its place. */
async function makeOnGuest(folder: string): Promise<void> {
  const { diskFile, boot } = await webServerImage();
  const own = join(folder, 'maker.raw');
  await runScript('cp --sparse=always -- "$FROM" "$TO"', { FROM: diskFile, TO: own });
  const [root, data] = await Promise.all([blank(folder, ROOT), blank(folder, DATA)]);
  const guest = await Guest.boot({
    ...boot,
    name: 'maker',
    disks: [{ volumeId: MAKER, file: own }, root, data],
    network: {
      address: '10.20.3.5',
      gateway: '10.20.3.1',
      rules: { outgoing: () => undefined, incoming: () => false },
    },
  });
  try {
    const serials = [root, data].map(({ volumeId }) => volumeId.replace('-', ''));
    const { exitCode, stderr } = await guest.run(
      `export ROOT_SERIAL=${serials[0]} DATA_SERIAL=${serials[1]}\n${makeDisks}`,
    );
    if (exitCode !== 0) throw new Error(`the disks could not be made: ${stderr}`);
  } finally {
    await guest.stop();
  }
  await runScript('rm -- "$FILE"', { FILE: own });
}

/** Made once, or taken from the cache. */
export async function evidenceDisks(): Promise<EvidenceDisks> {
  const { diskFile, kernelFile } = await webServerImage();
  const [made, farm] = await Promise.all([
    cached(cacheFolder(), {
      name: 'evidence',
      ingredients: [makeDisks, diskFile, kernelFile],
      make: makeOnGuest,
    }),
    cached(cacheFolder(), {
      name: 'link-farm',
      ingredients: [makeLinkFarm],
      make: async (folder) => void (await runScript(makeLinkFarm, { OUT: folder })),
    }),
  ]);
  return {
    root: new DiskBytes(join(made, `${ROOT.volumeId}.raw`)),
    data: new DiskBytes(join(made, `${DATA.volumeId}.raw`)),
    linkFarm: new DiskBytes(join(farm, 'farm.raw')),
  };
}
