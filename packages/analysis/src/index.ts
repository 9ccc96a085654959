export type { Detection, FileDetector, Severity } from './detector.js';
