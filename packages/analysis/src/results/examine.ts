import type { Artifact, BaseContext, HashedTool, Observation } from '@cordon/core';
import type { Analysis } from '../engine/analysis.js';
import { type AnalysisResult, analyze } from '../engine/analyze.js';
import { SEVERITY_RANK } from '../engine/severity.js';
import type { EvidenceReader } from '../evidence/evidence-file.js';
import { resultLines } from './result-lines.js';

/** Observations of one analysis that go into the journal; the artifact has all of them. */
const MAX_OBSERVED = 500;

export interface Analysed {
  readonly artifact: Artifact;
  readonly observations: number;
  readonly events: number;
}

/** One piece of evidence and what is to be asked of it. */
export interface Examination {
  readonly evidence: Artifact;
  readonly reader: (bytes: AsyncIterable<Uint8Array>) => EvidenceReader;
  readonly analyses: readonly Analysis[];
  /** Packs of rules that the analyses judge by, for the record: `rulePacks(options)`. */
  readonly rules?: readonly HashedTool[];
}

/** Counts what goes by, and keeps for the journal what matters most. */
class Tally {
  observations = 0;
  events = 0;
  readonly #kept: Observation[] = [];

  constructor(private readonly ctx: BaseContext) {}

  take(result: AnalysisResult): void {
    if (result.kind === 'event') this.events += 1;
    if (result.kind === 'notice') this.ctx.notice(result.notice.code, result.notice.message);
    if (result.kind !== 'observation') return;
    this.observations += 1;
    this.#kept.push(result.observation);
    if (this.#kept.length >= 4 * MAX_OBSERVED) this.#cut();
  }

  finish(): void {
    this.#cut();
    this.ctx.observe(...this.#kept);
    const over = this.observations - this.#kept.length;
    if (over > 0)
      this.ctx.notice('OBSERVATIONS_CUT', `${over} of lesser severity stand in the artifact alone`);
  }

  /** The worst stay, in the order in which they came: what decides is often seen last. */
  #cut(): void {
    const worst = [...this.#kept]
      .sort((a, b) => SEVERITY_RANK[b.severity] - SEVERITY_RANK[a.severity])
      .slice(0, MAX_OBSERVED);
    const stay = new Set(worst);
    this.#kept.splice(0, this.#kept.length, ...this.#kept.filter((observation) => stay.has(observation)));
  }
}

async function* counted(ctx: BaseContext, evidence: Artifact): AsyncGenerator<Uint8Array> {
  let done = 0;
  for await (const chunk of ctx.evidence.open(evidence)) {
    done += chunk.length;
    ctx.progress(done, evidence.sizeBytes, 'bytes');
    ctx.signal.throwIfAborted();
    yield chunk;
  }
}

function contextOf(ctx: BaseContext, evidence: Artifact) {
  return { artifact: evidence.path, acquiredAt: evidence.storedAt, indicators: ctx.incident.finding.remote };
}

async function* examined(
  ctx: BaseContext,
  examinations: readonly Examination[],
  tally: Tally,
): AsyncGenerator<AnalysisResult> {
  for (const { evidence, reader, analyses } of examinations) {
    const results = analyze(reader(counted(ctx, evidence)), analyses, contextOf(ctx, evidence));
    for await (const result of results) {
      tally.take(result);
      yield result;
    }
  }
}

/** Many disks are judged by the same packs. */
function distinctRules(examinations: readonly Examination[]): readonly HashedTool[] {
  const all = examinations.flatMap(({ rules = [] }) => rules);
  return [...new Map(all.map((rule) => [`${rule.name} ${rule.sha256}`, rule])).values()];
}

/**
 * Streams evidence through analyses, in constant memory: observations into the journal, everything into one artifact of
 * JSON lines at `path`.
 */
export async function examine(
  ctx: BaseContext,
  path: string,
  examinations: readonly Examination[],
): Promise<Analysed> {
  const tally = new Tally(ctx);
  const artifact = await ctx.evidence.put({
    path,
    body: resultLines(examined(ctx, examinations, tally)),
    mediaType: 'application/x-ndjson',
    acquiredBy: 'cordon',
    origin: examinations.map(({ evidence }) => evidence.path).join(' '),
    rules: distinctRules(examinations),
  });
  tally.finish();
  return { artifact, observations: tally.observations, events: tally.events };
}
