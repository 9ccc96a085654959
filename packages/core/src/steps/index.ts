export { denyRole } from './contain/deny-role.js';
export { endForeignSessions } from './contain/foreign-access.js';
export { type IsolateOptions, isolate } from './contain/isolate.js';
export type {
  Connections,
  Containment,
  EvidenceSnapshots,
  Instance,
  MemoryImage,
  Quarantine,
  ResidualRisk,
  RoleDenial,
  Snapshots,
} from './facts.js';
export {
  collections,
  connections,
  containment,
  diskAnalysis,
  evidenceSnapshots,
  foreignAccess,
  forensicInstance,
  instance,
  liveAnalysis,
  manifest,
  memoryAnalysis,
  memoryImage,
  quarantine,
  report,
  roleDenial,
  sealed,
  snapshots,
  triage,
} from './facts.js';
export { inspect } from './inspect/inspect.js';
