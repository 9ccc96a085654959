import { type Artifact, type BaseContext, ObservationSchema } from '@cordon/core';
import * as v from 'valibot';
import type { AnalysisResult } from '../engine/analyze.js';
import { readResultLines } from './result-lines.js';
import { type Analysed, Tally } from './tally.js';

/** What another process wrote is believed to be an observation when it has the shape of one. */
function isSound(result: AnalysisResult): boolean {
  if (result.kind === 'observation') return v.is(ObservationSchema, result.observation);
  if (result.kind === 'notice')
    return typeof result.notice?.message === 'string' && typeof result.notice.code === 'string';
  return true;
}

/** Takes the results of an analysis that ran elsewhere, out of the artifact that they were kept as. */
export async function takeResults(ctx: BaseContext, artifact: Artifact): Promise<Analysed> {
  const tally = new Tally(ctx);
  let odd = 0;
  for await (const result of readResultLines(ctx.evidence.open(artifact))) {
    ctx.signal.throwIfAborted();
    if (isSound(result)) tally.take(result);
    else odd += 1;
  }
  if (odd > 0) ctx.gap('RESULTS_ODD', `${odd} lines of ${artifact.path} are not what an analysis writes`);
  return tally.finish(artifact);
}
