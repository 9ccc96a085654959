import type { Observation } from '@cordon/core';
import type { AnalysisResult } from '../engine/analyze.js';
import type { TimelineEvent } from '../engine/event.js';
import { LineSplitter } from '../engine/line-splitter.js';

/** The results of an analysis as JSON lines: what an analysis step keeps as its artifact. */
export async function* resultLines(results: AsyncIterable<AnalysisResult>): AsyncGenerator<Uint8Array> {
  for await (const result of results) yield Buffer.from(`${JSON.stringify(result)}\n`);
}

/** What lines of a result hold may be as long as an excerpt and its reasons. */
const MAX_LINE_BYTES = 1024 * 1024;

/** Reads such an artifact back. A line that is none is skipped: the artifact may have been cut. */
export async function* readResultLines(content: AsyncIterable<Uint8Array>): AsyncGenerator<AnalysisResult> {
  const ready: AnalysisResult[] = [];
  const splitter = new LineSplitter(({ text }) => {
    const result = parseResult(text);
    if (result !== undefined) ready.push(result);
  }, MAX_LINE_BYTES);
  for await (const chunk of content) {
    splitter.push(chunk);
    yield* ready.splice(0);
  }
  splitter.end();
  yield* ready;
}

function parseResult(text: string): AnalysisResult | undefined {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== 'object' || value === null || !('kind' in value)) return undefined;
    const { kind } = value;
    // Written by `resultLines`; the kind tells the shape, and what is shown is escaped.
    return kind === 'observation' || kind === 'event' || kind === 'notice'
      ? (value as AnalysisResult)
      : undefined;
  } catch {
    return undefined;
  }
}

/** Only the events of an artifact, at most `max` of them. */
export async function eventsOf(
  content: AsyncIterable<Uint8Array>,
  max: number,
): Promise<readonly TimelineEvent[]> {
  const events: TimelineEvent[] = [];
  for await (const result of readResultLines(content)) {
    if (result.kind === 'event' && isEvent(result.event)) events.push(result.event);
    if (events.length >= max) break;
  }
  return events;
}

function isEvent(event: unknown): event is TimelineEvent {
  if (typeof event !== 'object' || event === null) return false;
  return (
    'at' in event &&
    typeof event.at === 'string' &&
    'message' in event &&
    'kind' in event &&
    'source' in event
  );
}

/** Only the observations of an artifact, at most `max` of them. */
export async function observationsOf(
  content: AsyncIterable<Uint8Array>,
  max: number,
): Promise<readonly Observation[]> {
  const observations: Observation[] = [];
  for await (const result of readResultLines(content)) {
    if (observations.length >= max) break;
    if (result.kind === 'observation' && isObservation(result.observation))
      observations.push(result.observation);
  }
  return observations;
}

/** Written by us; an artifact may have been cut within a line all the same. */
function isObservation(value: unknown): value is Observation {
  if (typeof value !== 'object' || value === null) return false;
  return 'rule' in value && 'entity' in value && 'evidence' in value && Array.isArray(value.evidence);
}
