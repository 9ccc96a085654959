import type { SigmaRule } from './compile-rule.js';
import { type Correlation, goesBy } from './correlation.js';
import { CorrelationWindow } from './correlation-window.js';
import { type SigmaEvent, textsOf } from './event.js';
import type { Occurrence } from './occurrence.js';
import type { SigmaRuleInfo } from './rule.js';

/** An event with its time; events come in the order of their times. */
export interface TimedEvent {
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly event: SigmaEvent;
}

/** A correlation that was fulfilled, and by what. */
export interface CorrelationHit {
  readonly correlation: Correlation;
  /** The group's fields and values. */
  readonly group: Readonly<Record<string, string>>;
  /** The events within the timespan, the first first. */
  readonly events: readonly TimedEvent[];
}

/** Groups that are kept apart at once; what comes beyond is counted in {@link Correlator.overflowed}. */
const MAX_GROUPS = 100_000;

/** Feeds matched events to correlations, and what those find to the correlations behind them. */
export class Correlator {
  private readonly windows = new Map<Correlation, Map<string, CorrelationWindow<TimedEvent>>>();
  /** Occurrences that were not counted because there were too many groups. */
  overflowed = 0;

  constructor(private readonly correlations: readonly Correlation[]) {}

  /** An event, and the rules it matched. */
  add(event: TimedEvent, matched: readonly SigmaRule[]): readonly CorrelationHit[] {
    return matched.length === 0 ? [] : this.feed(event, matched);
  }

  /** What can only be told when no more events come. */
  end(): readonly CorrelationHit[] {
    const hits: CorrelationHit[] = [];
    for (const [correlation, groups] of this.windows) {
      for (const [key, window] of groups) {
        const events = window.end();
        if (events !== null) hits.push(hitOf(correlation, key, events));
      }
    }
    return hits;
  }

  private feed(event: TimedEvent, matched: readonly SigmaRuleInfo[]): readonly CorrelationHit[] {
    const hits: CorrelationHit[] = [];
    const sources: { readonly rule: SigmaRuleInfo; readonly event: TimedEvent }[] = matched.map((rule) => ({
      rule,
      event,
    }));
    for (const correlation of this.correlations) {
      for (const { rule, event: seen } of [...sources]) {
        const position = correlation.sources.findIndex((reference) => goesBy(rule, reference));
        const hit = position < 0 ? null : this.occur(correlation, rule, position, seen);
        if (hit === null) continue;
        hits.push(hit);
        sources.push({ rule: correlation, event: { at: seen.at, event: { ...seen.event, ...hit.group } } });
      }
    }
    return hits;
  }

  private occur(
    correlation: Correlation,
    rule: SigmaRuleInfo,
    source: number,
    event: TimedEvent,
  ): CorrelationHit | null {
    const key = JSON.stringify(
      correlation.groupBy.map((field) => fieldOf(correlation, rule, field, event) ?? ''),
    );
    const window = this.window(correlation, key);
    if (window === null) return null;
    const values = correlation.valueFields.map((field) => fieldOf(correlation, rule, field, event));
    const value = values.includes(null) ? null : values.join('\0');
    const fulfilled = window.add({ at: event.at, source, value, event });
    return fulfilled === null ? null : hitOf(correlation, key, fulfilled);
  }

  private window(correlation: Correlation, key: string): CorrelationWindow<TimedEvent> | null {
    const groups = this.windows.get(correlation) ?? new Map<string, CorrelationWindow<TimedEvent>>();
    this.windows.set(correlation, groups);
    const known = groups.get(key);
    if (known !== undefined) return known;
    if (groups.size >= MAX_GROUPS) {
      this.overflowed++;
      return null;
    }
    const window = new CorrelationWindow<TimedEvent>(correlation);
    groups.set(key, window);
    return window;
  }
}

/** A field of an event, by its alias for the rule that matched. */
function fieldOf(
  correlation: Correlation,
  rule: SigmaRuleInfo,
  field: string,
  { event }: TimedEvent,
): string | null {
  const byRule = Object.hasOwn(correlation.aliases, field) ? correlation.aliases[field] : undefined;
  const name = byRule?.[rule.name] ?? byRule?.[rule.id] ?? field;
  return textsOf(Object.hasOwn(event, name) ? event[name] : undefined)[0] ?? null;
}

function hitOf(
  correlation: Correlation,
  key: string,
  occurrences: readonly Occurrence<TimedEvent>[],
): CorrelationHit {
  const values: unknown = JSON.parse(key);
  const texts = Array.isArray(values) ? values.map(String) : [];
  const group = Object.fromEntries(correlation.groupBy.map((field, index) => [field, texts[index] ?? '']));
  return { correlation, group, events: occurrences.map(({ event }) => event) };
}
