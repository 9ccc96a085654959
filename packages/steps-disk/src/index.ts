export { type CustodyOptions, custodyCopies } from './custody/custody-copies.js';
export type { SharingOptions } from './sharing/share-one.js';
export { shareSnapshots } from './sharing/share-snapshots.js';
export { diskSnapshots } from './snapshots/disk-snapshots.js';
