import type { Bytes } from '../../engine/artifact.js';
import type { BaseContext } from '../../engine/context.js';
import { defineStep } from '../../engine/step.js';
import { attemptPath } from '../calls/attempt-path.js';
import { allThenThrow } from '../calls/failures.js';
import { report as reportFact } from '../facts.js';
import { REPORTED, type ReportModel, reportModel } from './model.js';
import { journalTimeline, timelineLines } from './timeline.js';

type Evidence = Pick<BaseContext['evidence'], 'open'>;

/** A file for other tools, beside the page. */
export interface ReportFile {
  /** Below the report's folder: `indicators.csv`, `hunt/athena.sql`. */
  readonly file: string;
  readonly mediaType: string;
  readonly body: Bytes;
}

export interface ReportOptions {
  /** The page. `incidentReport` of `@cordon/analysis/report` has both. */
  readonly render: (model: ReportModel, evidence: Evidence) => string | Promise<string>;
  /** Timesketch JSONL. Default: what the journal alone can tell. */
  readonly timeline?: (model: ReportModel, evidence: Evidence) => Bytes | Promise<Bytes>;
  /** Files for other tools: indicators, hunts, findings in other formats. Default: none. */
  readonly exports?: (
    model: ReportModel,
    evidence: Evidence,
  ) => readonly ReportFile[] | Promise<readonly ReportFile[]>;
}

async function write(ctx: BaseContext, model: ReportModel, options: ReportOptions) {
  const { timeline = (all: ReportModel) => timelineLines(journalTimeline(all)) } = options;
  const put = (file: string, mediaType: string, body: Bytes) =>
    ctx.evidence.put({
      path: attemptPath(ctx, 'report', file),
      body,
      mediaType,
      acquiredBy: 'cordon',
      origin: ctx.incident.suspect.instanceId,
    });
  const html = await put('index.html', 'text/html', await options.render(model, ctx.evidence));
  const events = await put('timeline.jsonl', 'application/x-ndjson', await timeline(model, ctx.evidence));
  // After the page: who waits for it waits for nothing else. Small files, and a worker is paid while it waits for each.
  const exported = (await options.exports?.(model, ctx.evidence)) ?? [];
  const lines = `${JSON.stringify(model)}\n`;
  const beside = [{ file: 'model.json', mediaType: 'application/json', body: lines }, ...exported];
  const puts = beside.map(({ file, mediaType, body }) => async () => {
    await put(file, mediaType, body);
  });
  await allThenThrow(puts);
  return { html, timeline: events };
}

/**
 * Writes the report: the page, the timeline, and the model that both are made of. Wants every fact and needs none, so
 * that it is written whatever has failed.
 */
export function report(options: ReportOptions) {
  return defineStep({
    id: 'report',
    title: 'Writes the report and the timeline',
    phase: 'report',
    wants: [...REPORTED],
    provides: [reportFact],
    callTimeout: { minutes: 10 },
    async start(ctx, facts) {
      const { html, timeline } = await write(ctx, reportModel(ctx, facts), options);
      return ctx.done({ report: { html, timeline } });
    },
  });
}
