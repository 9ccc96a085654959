import type { Place, Reporter } from '../../engine/reporter.js';
import type { SigmaRule } from '../../sigma/compile-rule.js';
import type { Correlation } from '../../sigma/correlation.js';
import { goesBy } from '../../sigma/correlation.js';
import { type CorrelationHit, Correlator, type TimedEvent } from '../../sigma/correlator.js';
import type { SigmaRuleInfo } from '../../sigma/rule.js';

/** An event that a rule matched, and where it stands. */
export interface Hit {
  readonly event: TimedEvent;
  readonly entity: string;
  readonly excerpt: string;
  readonly where: Place;
  /** Whether the evidence says when it was. */
  readonly isTimed: boolean;
}

interface Told {
  readonly rule: SigmaRuleInfo;
  readonly first: Hit;
  readonly places: Place[];
  count: number;
}

const MAX_TOLD = 20_000;
const MAX_PLACES = 10;
/** Events kept for correlations: files come in any order, correlations want them by time. */
const MAX_KEPT = 200_000;

/** Gathers what the user's rules matched: one observation for a rule and an entity, however often. */
export class SigmaDesk {
  readonly #told = new Map<string, Told>();
  readonly #kept: { readonly hit: Hit; readonly rules: readonly SigmaRule[] }[] = [];
  #overflow = 0;

  constructor(
    private readonly correlations: readonly Correlation[],
    private readonly reporter: Reporter,
  ) {}

  take(hit: Hit, rules: readonly SigmaRule[]): void {
    for (const rule of rules) if (this.#speaksAlone(rule)) this.#tell(rule, hit);
    if (!hit.isTimed || !rules.some((rule) => this.#isCorrelated(rule))) return;
    if (this.#kept.length < MAX_KEPT) this.#kept.push({ hit, rules });
    else this.#overflow += 1;
  }

  /** Matches that were not kept. */
  drop(count: number): void {
    this.#overflow += count;
  }

  finish(): void {
    this.#correlate();
    for (const told of this.#told.values()) this.#report(told);
    if (this.#overflow > 0)
      this.reporter.notice('SIGMA_CUT', `${this.#overflow} matches are not told, or not correlated`);
  }

  #isCorrelated(rule: SigmaRuleInfo): boolean {
    return this.correlations.some(({ sources }) => sources.some((source) => goesBy(rule, source)));
  }

  /** A rule that only feeds correlations is not told for itself, unless one of them says `generate`. */
  #speaksAlone(rule: SigmaRuleInfo): boolean {
    const fed = this.correlations.filter(({ sources }) => sources.some((source) => goesBy(rule, source)));
    return fed.length === 0 || fed.some(({ generate }) => generate);
  }

  #correlate(): void {
    const correlator = new Correlator(this.correlations);
    const byEvent = new Map(this.#kept.map(({ hit }) => [hit.event, hit]));
    const tell = (hits: readonly CorrelationHit[]) => {
      for (const { correlation, group, events } of hits) {
        const last = byEvent.get(events.at(-1) ?? { at: 0, event: {} });
        if (last === undefined || !this.#speaksAlone(correlation)) continue;
        const of = Object.entries(group).map(([field, value]) => `${field} ${value}`);
        const entity = of.length > 0 ? of.join(', ') : last.entity;
        this.#tell(correlation, { ...last, entity }, events.length);
      }
    };
    this.#kept.sort((a, b) => a.hit.event.at - b.hit.event.at);
    for (const { hit, rules } of this.#kept) tell(correlator.add(hit.event, rules));
    tell(correlator.end());
  }

  #tell(rule: SigmaRuleInfo, hit: Hit, count = 1): void {
    const key = `${rule.file}:${rule.line} ${hit.entity}`;
    const known = this.#told.get(key);
    if (known !== undefined) {
      known.count += count;
      if (known.places.length < MAX_PLACES) known.places.push(hit.where);
    } else if (this.#told.size < MAX_TOLD) {
      this.#told.set(key, { rule, first: hit, places: [hit.where], count });
    } else this.#overflow += 1;
  }

  #report({ rule, first, places, count }: Told): void {
    this.reporter.observe(
      {
        id: `sigma.${rule.name || rule.id || rule.title}`,
        title: rule.title,
        severity: rule.level,
        techniques: rule.techniques,
      },
      {
        entity: first.entity,
        ...(first.isTimed ? { atMs: first.event.at } : {}),
        excerpt: first.excerpt,
        where: places,
        reasons: [
          `Sigma rule ${rule.file}:${rule.line}, ${count} ${count === 1 ? 'event' : 'events'}`,
          `author: ${rule.author || 'not named'}, licence: ${rule.license || 'not named'}`,
          ...rule.references.slice(0, 2).map((reference) => `reference: ${reference}`),
        ],
      },
    );
  }
}
