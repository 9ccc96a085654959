import type { Observation } from '@cordon/core';
import type { Severity } from '../detector.js';
import type { AnalysisContext, Output } from './analysis.js';
import type { EvidencePointer } from './event.js';
import { excerpt } from './excerpt.js';

/** What a rule says whenever it applies. */
export interface Rule {
  /** Stable: users filter by it. */
  readonly id: string;
  readonly title: string;
  readonly severity: Severity;
  /** ATT&CK technique ids. */
  readonly techniques: readonly string[];
}

/** One application of a rule. Texts may be the suspect's; they are made safe here. */
export interface Sighting {
  readonly entity: string;
  /** Where it stands: path in the evidence, 1-based line. At least one. */
  readonly where: readonly Place[];
  readonly atMs?: number | undefined;
  readonly excerpt?: string | undefined;
  /** Default 0.8. */
  readonly confidence?: number;
  readonly reasons?: readonly string[];
  /** Instead of the rule's, when this case says more or is worse. */
  readonly title?: string;
  readonly severity?: Severity;
}

export interface Place {
  readonly path: string;
  readonly line?: number | undefined;
  readonly offsetBytes?: number | undefined;
}

/** What happened, for the timeline. */
export interface Happening {
  readonly atMs: number;
  readonly what: string;
  readonly kind: string;
  readonly message: string;
  readonly entity?: string;
  readonly where: Place;
}

const MAX_EVIDENCE = 12;
const MAX_REASONS = 12;
const EARLIEST_MS = Date.UTC(1980, 0, 1);
const LATEST_MS = Date.UTC(2200, 0, 1);

/** Writes observations and events of one artifact, safe to show and of bounded size. */
export class Reporter {
  constructor(
    readonly context: AnalysisContext,
    private readonly output: Output,
  ) {}

  observe(rule: Rule, sighting: Sighting): void {
    const at = isoTimeOf(sighting.atMs);
    const observation: Observation = {
      rule: rule.id,
      title: excerpt(sighting.title ?? rule.title, 200),
      severity: sighting.severity ?? rule.severity,
      techniques: [...rule.techniques],
      entity: excerpt(sighting.entity, 300),
      evidence: sighting.where.slice(0, MAX_EVIDENCE).map((place) => this.#pointer(place)),
      confidence: sighting.confidence ?? 0.8,
      ...(at === undefined ? {} : { at }),
      ...(sighting.excerpt === undefined ? {} : { excerpt: excerpt(sighting.excerpt) }),
      ...(sighting.reasons === undefined
        ? {}
        : { reasons: sighting.reasons.slice(0, MAX_REASONS).map((reason) => excerpt(reason, 300)) }),
    };
    this.output.observe(observation);
  }

  /** Times that no log has are left out: a timeline needs them in order. */
  event(happening: Happening): void {
    const at = isoTimeOf(happening.atMs);
    if (at === undefined) return;
    this.output.event({
      at,
      what: happening.what,
      kind: happening.kind,
      message: excerpt(happening.message, 300),
      ...(happening.entity === undefined ? {} : { entity: excerpt(happening.entity, 300) }),
      source: this.#pointer(happening.where),
    });
  }

  notice(code: string, message: string, path?: string): void {
    this.output.notice({ code, message, ...(path === undefined ? {} : { path }) });
  }

  #pointer({ path, line, offsetBytes }: Place): EvidencePointer {
    return {
      artifact: this.context.artifact,
      path: excerpt(path, 4096),
      ...(line === undefined ? {} : { line }),
      ...(offsetBytes === undefined ? {} : { offsetBytes }),
    };
  }
}

function isoTimeOf(ms: number | undefined): string | undefined {
  if (ms === undefined || !(ms >= EARLIEST_MS && ms < LATEST_MS)) return undefined;
  return new Date(ms).toISOString();
}
