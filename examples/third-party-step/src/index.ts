export { type KnownBad, knownBad } from './known-bad-fact.js';
export { type KnownBadOptions, knownBadPrograms } from './known-bad-programs.js';
