export { type AnalysisOptions, defaultAnalyses, rulePacks } from './analyses/default-analyses.js';
export { indicatorAnalysis } from './analyses/indicators/indicator-analysis.js';
export { sigmaAnalysis } from './analyses/sigma/sigma-analysis.js';
export { ATTACK_VERSION, type Technique, techniqueOf, techniquesOf } from './attack/techniques.js';
export type { Detection, FileDetector, Severity } from './detector.js';
export type {
  Analysis,
  AnalysisContext,
  AnalysisRun,
  HostFile,
  Indicators,
  Output,
  Visitor,
} from './engine/analysis.js';
export { type AnalysisResult, analyze } from './engine/analyze.js';
export type { EvidencePointer, TimelineEvent } from './engine/event.js';
export { excerpt } from './engine/excerpt.js';
export type { Line } from './engine/line.js';
export { directoryReader } from './evidence/directory-reader.js';
export type { EvidenceFile, EvidenceFileType, EvidenceReader, Notice } from './evidence/evidence-file.js';
export { LimeReading, type LimeStructure } from './evidence/lime-reading.js';
export { LimeWalker, type MemoryRange } from './evidence/lime-walker.js';
export { type ListedObject, type ObjectSource, objectReader } from './evidence/object-reader.js';
export { tarReader } from './evidence/tar-reader.js';
export { ASFF_BATCH, type AsffContext, type AsffFinding, asffFinding, asffRequests } from './export/asff.js';
export type { ExportFile } from './export/export-file.js';
export { type ExportInput, exportFiles } from './export/export-files.js';
export { huntFiles } from './export/hunt/hunt-files.js';
export type { Hunt, Kin } from './export/hunt/hunt-model.js';
export { type Indicator, indicatorsCsv, indicatorsOf } from './export/indicators.js';
export { navigatorLayer } from './export/navigator.js';
export { type OcsfContext, ocsfLine } from './export/ocsf.js';
export { type StixContext, stixBundle } from './export/stix.js';
export { type ReportExtras, reportOfIncident } from './report/from-incident.js';
export type { Custody, Decision, Detail, ReportEvent, ReportModel } from './report/model.js';
export { ProcessCollector, type ProcessNode, type ProcessTree } from './report/processes.js';
export { renderReport } from './report/render.js';
export { type Examination, type ExamineOptions, examine, RESULTS_TYPE } from './results/examine.js';
export { eventsOf, readResultLines, resultLines } from './results/result-lines.js';
export { takeResults } from './results/take-results.js';
export type { Analysed } from './results/tally.js';
export {
  type CommandRules,
  type CommandRulesOptions,
  commandRules,
  type RuleHit,
} from './rules/command-rules.js';
export { loadUserRules, type UserRules } from './rules/user-rules.js';
export type { SigmaRule } from './sigma/compile-rule.js';
export type { Correlation } from './sigma/correlation.js';
export { type CorrelationHit, Correlator, type TimedEvent } from './sigma/correlator.js';
export type { SigmaEvent } from './sigma/event.js';
export { type LoadOptions, loadSigmaRules, type SigmaRules, type SigmaSource } from './sigma/load.js';
export type { Logsource, SigmaRuleInfo } from './sigma/rule.js';
export type { SigmaErrorCode, SigmaRuleError } from './sigma/rule-error.js';
export { RuleSet } from './sigma/rule-set.js';
export { CHAPTERS, type ChapterId, chapterOf } from './story/chapter.js';
export { type Chapter, correlate, type Story } from './story/correlate.js';
export type { Sentence } from './story/sentences.js';
export type { Tie, WebOptions } from './story/ties.js';
export { type BodyfileEntry, bodyfileLine } from './timeline/bodyfile.js';
export { bodyfileAnalysis } from './timeline/bodyfile-collector.js';
export { sortEvents, timesketchLine } from './timeline/timesketch.js';
export { type WebShellDetector, type WebShellOptions, webShellDetector } from './webshell/detector.js';
export { type YaraEngine, type YaraOptions, yaraEngine } from './yara/yara-detector.js';
export type { YaraRuleError, YaraSource } from './yara/yara-messages.js';
