export type { Detection, FileDetector, Severity } from './detector.js';
export { type WebShellOptions, webShellDetector } from './webshell/detector.js';
