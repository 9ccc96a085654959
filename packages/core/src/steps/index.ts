export type { Containment, EvidenceSnapshots, Instance, MemoryImage, Snapshots } from './facts.js';
export {
  collections,
  containment,
  diskAnalysis,
  evidenceSnapshots,
  forensicInstance,
  instance,
  liveAnalysis,
  manifest,
  memoryAnalysis,
  memoryImage,
  report,
  sealed,
  snapshots,
  triage,
} from './facts.js';
