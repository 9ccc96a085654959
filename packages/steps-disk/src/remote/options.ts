import type { Duration } from '@cordon/core';
import type { PlaceOptions } from './place.js';

/** A `node` of the forensic image's architecture, for an image that has none. */
export interface NodeBinary {
  readonly bucket: string;
  readonly key: string;
  /** 64 hex digits; the host compares. */
  readonly sha256: string;
  readonly sizeBytes: number;
}

/** How an analysis is done on the forensic instance, where it does not fit into what drives the incident. */
export interface RemoteOptions extends PlaceOptions {
  /** Bucket of the security account, without default retention, that expires what lies in it. */
  readonly stagingBucket: string;
  /** Default: the image's own. */
  readonly node?: NodeBinary;
  /** How long the program may run there. Default 3 hours. */
  readonly timeout?: Duration;
}
