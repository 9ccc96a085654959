import { type GuestBoot, type GuestImage, guestImage, hasKvm } from '@cordon/testkit/guest';

/** Where a quarantined guest finds the world's S3: in the range of its prefix list, at the port that is let out to. */
const S3 = { name: 's3.eu-west-1.amazonaws.com', address: '52.218.0.10' } as const;

export interface BootableServer extends GuestImage {
  readonly boot: GuestBoot;
}

/** The web server's image, built when it is not in the cache, and how guests come up from it on this machine. */
export async function webServerImage(): Promise<BootableServer> {
  const image = await guestImage({ s3: S3 });
  const accelerator = (await hasKvm()) ? 'kvm' : 'tcg';
  return { ...image, boot: { kernelFile: image.kernelFile, accelerator } };
}
