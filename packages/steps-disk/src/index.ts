export { controlPlaneAnalysis, diskAnalysis, liveAnalysis } from './analysis/analysis-steps.js';
export { type CollectOptions, collectFiles, diskArchives } from './collect/collect-files.js';
export { type PreserveOptions, preserveFiles } from './collect/preserve-files.js';
export { type CustodyOptions, custodyCopies } from './custody/custody-copies.js';
export { forensicAttach } from './forensic/forensic-attach.js';
export type { ForensicOptions } from './forensic/options.js';
export type { SharingOptions } from './sharing/share-one.js';
export { shareSnapshots } from './sharing/share-snapshots.js';
export { type DiskSnapshotsOptions, diskSnapshots } from './snapshots/disk-snapshots.js';
