import type { AnalysisResult, Notice, TimelineEvent } from '@cordon/analysis';
import type { Observation } from '@cordon/core';
import type { ResultFiles } from './result-files.js';

/** As many as a page can show; the files have all. */
const MAX_EVENTS_KEPT = 200_000;

/** Notices after which something was not looked at. */
const BLIND = new Set([
  'ARCHIVE_DAMAGED',
  'CONTENT_DAMAGED',
  'CONTENT_UNREADABLE',
  'UNREADABLE',
  'TOO_DEEP',
  'ANALYSIS_FAILED',
  'RULES_UNREADABLE',
  'SIGMA_RULE_ERROR',
  'YARA_RULE_ERROR',
  'YARA_UNAVAILABLE',
]);

/** What an analysis has said so far. */
export class Results {
  readonly observations: Observation[] = [];
  readonly notices: Notice[] = [];
  /** The first ones, for the page. */
  readonly events: TimelineEvent[] = [];
  eventCount = 0;

  /** Whether something was not, or not wholly, looked at. */
  get isIncomplete(): boolean {
    return this.notices.some(({ code }) => BLIND.has(code));
  }

  async take(result: AnalysisResult, files: ResultFiles | undefined): Promise<void> {
    if (result.kind === 'notice') this.notices.push(result.notice);
    if (result.kind === 'observation') {
      this.observations.push(result.observation);
      await files?.observation(result.observation);
    }
    if (result.kind === 'event') {
      this.eventCount += 1;
      if (this.events.length < MAX_EVENTS_KEPT) this.events.push(result.event);
      await files?.event(result.event);
    }
  }
}
