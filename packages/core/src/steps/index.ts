export { eventually, type Patience } from './calls/eventually.js';
export { allThenThrow, isCode, optional, unless } from './calls/failures.js';
export { type Listing, listAll } from './calls/list-all.js';
export {
  INCIDENT_TAG,
  KEY_TAG,
  LIFETIME_TAG,
  type Lifetime,
  NEUTRAL_TAG,
  neutralTags,
  ownTags,
} from './calls/names.js';
export { controlPlaneEvidence } from './capture/control-plane/control-plane-evidence.js';
export {
  closeUploadWindow,
  openUploadWindow,
  UPLOAD_WINDOW_ACTIONS,
  type UploadWindowOptions,
} from './capture/upload-window.js';
export { cleanup } from './cleanup/cleanup.js';
export {
  type SweepOptions,
  type SweepOrder,
  type SweepResult,
  type SweepTrouble,
  type SweptThing,
  sweep,
} from './cleanup/sweep.js';
export { type CutConnectionsOptions, cutConnections } from './contain/cut-connections.js';
export { denyRole } from './contain/deny-role.js';
export { endForeignSessions } from './contain/foreign-access.js';
export { type IsolateOptions, isolate } from './contain/isolate.js';
export { type NetworkAclOptions, networkAcl } from './contain/network-acl.js';
export { groupRulesSha256, type PreparedGroup } from './contain/prepared-group.js';
export {
  keepPreparedGroups,
  PREPARED_GROUPS_PREFIX,
  type PreparedGroupsPlace,
} from './contain/prepared-groups-place.js';
export { verifyContainment } from './contain/verify-containment.js';
export {
  type Connections,
  type Containment,
  confirmedContainment,
  connections,
  containment,
  foreignAccess,
  networkAcls,
  type Quarantine,
  quarantine,
  type ResidualRisk,
  type RoleDenial,
  recheckedContainment,
  roleDenial,
} from './containment-facts.js';
export type { RoleUse } from './control-plane-facts.js';
export { controlPlane } from './control-plane-facts.js';
export type { CustodySnapshots, EvidenceSnapshots, Instance, MemoryImage, Snapshots } from './facts.js';
export {
  collections,
  controlPlaneAnalysis,
  custodySnapshots,
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
export {
  type ApprovalAnswer,
  type ApprovalOptions,
  type ApprovalRequest,
  askInJournal,
} from './guards/approval.js';
export { approvalGuard } from './guards/approval-guard.js';
export { type BlastRadiusOptions, blastRadiusGuard } from './guards/blast-radius-guard.js';
export { type CapOptions, capGuard } from './guards/cap-guard.js';
export { type ConfirmFindingOptions, confirmFindingGuard } from './guards/confirm-finding-guard.js';
export { type ExemptionOptions, exemptionGuard } from './guards/exemption-guard.js';
export type { ExemptionSource, Exemptions } from './guards/exemptions.js';
export {
  containmentsInJournal,
  type PastContainment,
  type PastContainments,
  type PastQuery,
} from './guards/past-containments.js';
export { sampleGuard } from './guards/sample-guard.js';
export { inspect } from './inspect/inspect.js';
export { lookBeforehand } from './inspect/look-beforehand.js';
export {
  PREPARE_GROUPS_ACTIONS,
  PREPARED_GROUP_NAME,
  PREPARED_GROUP_TAG,
  type PreparedVpcs,
  type PrepareOptions,
  prepareQuarantineGroups,
} from './prepare/prepare-quarantine-groups.js';
export { deregisterTargets } from './protect/deregister-targets.js';
export { detachFromAutoScaling } from './protect/detach-from-auto-scaling.js';
export { protect } from './protect/protect.js';
export { confirmContainment } from './report/confirm-containment.js';
export { exportManifest } from './report/export-manifest.js';
export type { ReportModel } from './report/model.js';
export { type ReportFile, type ReportOptions, report as reportStep } from './report/report.js';
export { journalTimeline, type TimelineEvent, timelineLines } from './report/timeline.js';
export { recheckContainment } from './seal/recheck-containment.js';
export { type SealOptions, seal } from './seal/seal.js';
export type { StopOptions } from './seal/stop.js';
