export type { MemoryRange } from '@cordon/analysis';
export {
  type MemoryAnalysisOptions,
  type MemoryAnywhereOptions,
  memoryAnalysis,
} from './analysis/memory-analysis.js';
export { type BuiltModule, buildModule } from './catalogue/build-module.js';
export type { SignedCatalogue } from './catalogue/read-catalogue.js';
export { catalogueKeys, signCatalogue } from './catalogue/signature.js';
export { type BuiltSymbols, buildSymbols, symbolsOf } from './catalogue/symbol-table.js';
export type { AvmlBinary, LimeModule, SymbolTable } from './lime/catalogue.js';
export { limeDump } from './lime/lime-dump.js';
export type { LimeDumpOptions } from './lime/options.js';
export { preserveMemory } from './preserve/preserve-memory.js';
export { preservedMemory } from './preserve/preserved-memory.js';
export type { PreserveMemoryOptions } from './preserve/stages.js';
export { type KernelSymbolsOptions, kernelSymbols } from './symbols/kernel-symbols.js';
export { type LiveTriageOptions, liveTriage } from './triage/live-triage.js';
export { quickTriage, quickTriageFact } from './triage/quick-triage.js';
export type { VolatilityOptions } from './volatility/options.js';
export { volatility } from './volatility/volatility.js';
