export { type AnalysisOptions, defaultAnalyses } from './analyses/default-analyses.js';
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
export { directoryReader } from './evidence/directory-reader.js';
export type { EvidenceFile, EvidenceFileType, EvidenceReader, Notice } from './evidence/evidence-file.js';
export { tarReader } from './evidence/tar-reader.js';
export { type WebShellOptions, webShellDetector } from './webshell/detector.js';
