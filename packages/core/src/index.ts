export type { Account, CallOptions, CallRecord, Operation, PresignOptions } from './engine/account.js';
export type { AcquiredWith, HashedTool, RanScript, SentScript } from './engine/acquired-with.js';
export type { ApprovalTicket } from './engine/approval.js';
export {
  ACQUIRED_BY,
  type AdoptArtifact,
  type Artifact,
  ArtifactSchema,
  type Bytes,
  type EvidenceStore,
  type EvidenceWriter,
  type PutArtifact,
  type RecordedArtifact,
} from './engine/artifact.js';
export { type Clock, systemClock } from './engine/clock.js';
export {
  type Compiled,
  compile,
  compileOrThrow,
  PipelineError,
  type Plan,
  type PlanStep,
} from './engine/compile.js';
export type {
  BaseContext,
  CanFinish,
  CanWait,
  ChangeSummary,
  ContextOf,
  DecisionSummary,
  Done,
  Effect,
  GapSummary,
  IncidentView,
  Logger,
  StepSummary,
  SuspectContext,
  Waiting,
} from './engine/context.js';
export { CORDON, type CordonVersion } from './engine/cordon-version.js';
export { type Duration, milliseconds } from './engine/duration.js';
export {
  type Entry,
  type EntryBodies,
  type EntryDraft,
  type EntryKind,
  type Journal,
  JournalConflict,
  JournalInUse,
  type JournalProvider,
  type JournalStore,
  type Outcome,
  type PlannedStep,
  type RetryRefusal,
  type SkipReason,
  type Verdict,
} from './engine/entry.js';
export type { AccountRole, Environment, SessionPurpose } from './engine/environment.js';
export type { KnownFacts, StepEstimate } from './engine/estimate.js';
export type { IncidentEvents, LogLine, Progress } from './engine/events.js';
export { type ExplainedStep, explain, plan } from './engine/explain.js';
export {
  defineFact,
  type Fact,
  type FactList,
  type Facts,
  MAX_FACT_BYTES,
  type WantedFacts,
} from './engine/fact.js';
export { type FailureKind, type FailureRecord, StepFailure, toFailureRecord } from './engine/failure.js';
export {
  type Finding,
  FindingSchema,
  finding,
  SEVERITY_BANDS,
  type SeverityBand,
  type Suspect,
  SuspectSchema,
  suspect,
} from './engine/finding.js';
export {
  defineGuard,
  type Guard,
  type GuardAnswer,
  type GuardContext,
  type GuardGrounds,
} from './engine/guard.js';
export type { HostLimits } from './engine/host-limits.js';
export type { Json, JsonValue } from './engine/json.js';
export { mayBeLate } from './engine/next-actions.js';
export { OBSERVATION_SEVERITIES, type Observation, ObservationSchema } from './engine/observation.js';
export { PHASES, type Phase, phaseRank, type SuspectPhase, touchesSuspect } from './engine/phase.js';
export {
  type AnyPipeline,
  IncidentPipeline,
  type PipelineOptions,
  type UsedStep,
} from './engine/pipeline.js';
export type { PipelineProblem } from './engine/pipeline-problems.js';
export { planDigest } from './engine/plan-digest.js';
export type {
  CommandEnd,
  CommandResult,
  HostScript,
  RemoteHost,
  ResultOptions,
  ScriptParameters,
  SendOptions,
} from './engine/remote-host.js';
export {
  definePolledStep,
  defineStep,
  type GuardDefault,
  type OneShotStep,
  type PolledStep,
  type Step,
  type StepActions,
  type StepEffect,
  type UndoContext,
} from './engine/step.js';
export { fractionOf } from './engine/step-key.js';
export { type DirectoryEvidenceOptions, directoryEvidence } from './evidence/directory-evidence.js';
export { type FilterAnswer, type FindingFilterOptions, findingFilter } from './findings/filter.js';
export { incidentIdFor, suspectKey } from './findings/incident-id.js';
export { type ManualFinding, manualFinding } from './findings/manual.js';
export { type ParsedFindings, parseFindings } from './findings/parse-findings.js';
export { type FindingProblem, type ProblemCode, shown } from './findings/problem.js';
export { bandOf } from './findings/severity.js';
export { type SnsProblem, type SnsTrust, snsProblem } from './findings/sns-signature.js';
export {
  type SignatureProblem,
  type SignedWebhook,
  signWebhook,
  type WebhookTrust,
  webhookProblem,
} from './findings/webhook-signature.js';
export type { Anchor, AnchorContext, SignedHeads } from './host/anchors.js';
export {
  ApprovalRefused,
  answerApproval,
  type OrderedAnswer,
  openQuestions,
} from './host/approvals.js';
export {
  type BeginOptions,
  beginIncident,
  type PlannedPipeline,
  plannedPipeline,
} from './host/begin-incident.js';
export { type ContainmentView, containmentView } from './host/containment.js';
export { decideRun, entriesIn, type RunDecision } from './host/decide-run.js';
export { type LaterRunOptions, LaterRunRefused } from './host/later-run.js';
export { beginsWith, type WatchedRun, type WorkNotifier } from './host/notifiers.js';
export { type IncidentEntries, type OverdueContainment, overdueContainments } from './host/overdue.js';
export {
  DEFAULT_SPACING,
  leastAtGate,
  leastForNewTicket,
  longestWait,
  type Pace,
  pacedSeconds,
} from './host/pace.js';
export { type ReleaseOptions, type ReleaseResult, releaseIncident } from './host/release-incident.js';
export { type RetryOptions, type RetryResult, retryStep } from './host/retry-incident.js';
export {
  type IncidentResult,
  type IncidentRun,
  type RunOptions,
  runIncident,
  startIncident,
} from './host/run-incident.js';
export {
  type StepWorker,
  stepWorker,
  type WorkDone,
  type WorkerOptions,
  type WorkOrder,
} from './host/step-worker.js';
export type { WorkStatus } from './host/work.js';
export { canonicalJson } from './journal/canonical.js';
export { type FileJournalOptions, fileJournal } from './journal/file-journal.js';
export type { InspectableJournal, InspectedLine, Inspection } from './journal/inspection.js';
export { openJournal, visitJournal } from './journal/journal.js';
export { JOURNAL_CHANNEL, type JournalMessage } from './journal/journal-channel.js';
export { type MemoryJournal, memoryJournal } from './journal/memory-journal.js';
export { JournalDamaged, type JournalProblem, type JournalProblemCode } from './journal/problem.js';
export { type Verification, type VerifyOptions, verifyJournal } from './journal/verify.js';
export type { Heads } from './journal/verify-anchors.js';
