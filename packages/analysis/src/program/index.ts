import { createHash } from 'node:crypto';

/** The analyses as one file that needs nothing but Node.js: for the host beside the evidence. */
export interface AnalysisProgram {
  readonly name: string;
  /** An ES module, for Node.js 20 and newer: `node analysis-program.mjs FOLDER`. */
  readonly text: string;
  /** Of the text, 64 hex digits. */
  readonly sha256: string;
}

let made: Promise<AnalysisProgram> | undefined;

async function make(): Promise<AnalysisProgram> {
  // Half a megabyte: loaded by who sends it, and by nobody else.
  const { default: text } = await import('./main.ts?program');
  const sha256 = createHash('sha256').update(text).digest('hex');
  return { name: 'analysis-program.mjs', text, sha256 };
}

/** The program, of this very version: rules and parsers are in it. */
export function analysisProgram(): Promise<AnalysisProgram> {
  made ??= make();
  return made;
}

export { type AnalysisOrder, analysisOrder, canTravel, memoryOrder } from './order.js';
