export type { LimeModule } from './lime/catalogue.js';
export { limeDump } from './lime/lime-dump.js';
export type { LimeDumpOptions } from './lime/options.js';
export { type LiveTriageOptions, liveTriage } from './triage/live-triage.js';
