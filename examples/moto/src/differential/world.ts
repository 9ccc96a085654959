import type { PlainAccount } from '../accounts.ts';

/** The same things in an account of moto's and in a simulated one, by whatever ids they have there. */
export interface Things {
  readonly instanceId: string;
  readonly interfaceId: string;
  readonly vpcId: string;
  readonly subnetId: string;
  /** Worn by the instance; lets TCP 80 in from 10.20.1.0/24, and everything out. */
  readonly groupId: string;
  readonly groupName: string;
  /** Attached as `/dev/sda1`. */
  readonly rootVolumeId: string;
  /** Attached to nothing. */
  readonly freeVolumeId: string;
  readonly snapshotId: string;
  readonly imageId: string;
  readonly roleName: string;
  readonly profileName: string;
  readonly autoScalingGroup: string;
  readonly targetGroupArn: string;
  readonly keyId: string;
  readonly parameter: string;
  /** With Object Lock and a default retention. */
  readonly lockedBucket: string;
  readonly bucket: string;
}

/** One of the two worlds. */
export interface World extends PlainAccount, Things {
  /** Lets pass what takes a moment. */
  settle(): Promise<void>;
  /** Lets so much time pass that the next case is not throttled for those before it. */
  rest(): Promise<void>;
}

/** A call, or some, of which the last is what is compared. */
export interface Case {
  readonly name: string;
  readonly ask: (world: World) => Promise<object>;
}

/** Ids of the right form that nobody has. */
export const UNKNOWN = {
  instance: 'i-0123456789abcdef0',
  interface: 'eni-0123456789abcdef0',
  group: 'sg-0123456789abcdef0',
  rule: 'sgr-0123456789abcdef0',
  vpc: 'vpc-0123456789abcdef0',
  subnet: 'subnet-0ffffffffffffffff',
  volume: 'vol-0123456789abcdef0',
  snapshot: 'snap-0123456789abcdef0',
  image: 'ami-0123456789abcdef0',
  allocation: 'eipalloc-0123456789abcdef0',
  association: 'eipassoc-0123456789abcdef0',
  profileAssociation: 'iip-assoc-0123456789abcdef0',
  account: '444455556666',
} as const;
