import type { SimulatedRegion } from '../account.js';
import { awsError } from '../errors.js';
import { slice } from '../slice.js';
import { idError } from './not-found.js';
import { Collection, placed, type Resource, type Tags } from './resource.js';

export interface SimulatedImage extends Resource {
  readonly region: SimulatedRegion;
  readonly name: string;
  readonly architecture: 'x86_64' | 'arm64';
  readonly platform: 'windows' | undefined;
  readonly rootDeviceName: string;
  readonly snapshotIds: readonly string[];
  readonly rootSizeGiB: number;
  readonly public: boolean;
  readonly sharedWith: ReadonlySet<string>;
  readonly createdAt: Date;
  state: 'available' | 'pending' | 'deregistered';
  /** What its root volume holds. */
  readonly content: unknown;
}

export const imagesOf = slice((region: SimulatedRegion) => new Collection<SimulatedImage>(region));

export interface ImageOptions {
  readonly id?: string;
  readonly name?: string;
  readonly architecture?: 'x86_64' | 'arm64';
  readonly platform?: 'windows';
  readonly rootDeviceName?: string;
  readonly snapshotIds?: readonly string[];
  readonly rootSizeGiB?: number;
  readonly public?: boolean;
  readonly sharedWith?: readonly string[];
  readonly content?: unknown;
  readonly tags?: Tags;
}

/** Puts a machine image into the region. */
export function addImage(region: SimulatedRegion, options: ImageOptions = {}): SimulatedImage {
  const { id = region.world.id('ami') } = options;
  return imagesOf(region).add({
    ...placed(id, options.tags),
    region,
    name: options.name ?? id,
    architecture: options.architecture ?? 'x86_64',
    platform: options.platform,
    rootDeviceName: options.rootDeviceName ?? '/dev/xvda',
    snapshotIds: options.snapshotIds ?? [],
    rootSizeGiB: options.rootSizeGiB ?? 8,
    public: options.public ?? false,
    sharedWith: new Set(options.sharedWith ?? []),
    createdAt: region.world.now(),
    state: 'available',
    content: options.content,
  });
}

/** The images that this account may launch: its own, public ones, and those shared with it. */
export function usableImages(region: SimulatedRegion): readonly SimulatedImage[] {
  return region.world
    .accounts()
    .flatMap((account) => imagesOf(account.region(region.name)).visible())
    .filter((image) => image.region === region || image.public || image.sharedWith.has(region.account.id));
}

/** @throws AwsError when the account cannot see or use the image */
export function findUsableImage(region: SimulatedRegion, id: string): SimulatedImage {
  const image = usableImages(region).find((one) => one.id === id);
  if (image === undefined) throw idError('ami', id);
  if (image.state === 'available') return image;
  throw awsError('InvalidAMIID.Unavailable', `The image ID '${id}' is not available`);
}
