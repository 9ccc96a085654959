export { LimeWalker, type MemoryRange } from './analysis/lime-walker.js';
export { type MemoryAnalysisOptions, memoryAnalysis } from './analysis/memory-analysis.js';
export type { LimeModule } from './lime/catalogue.js';
export { limeDump } from './lime/lime-dump.js';
export type { LimeDumpOptions } from './lime/options.js';
export { type LiveTriageOptions, liveTriage } from './triage/live-triage.js';
export { quickTriage, quickTriageFact } from './triage/quick-triage.js';
export type { VolatilityOptions } from './volatility/options.js';
export { volatility } from './volatility/volatility.js';
