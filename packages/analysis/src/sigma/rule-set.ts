import { TextFinder } from './aho-corasick.js';
import type { SigmaRule } from './compile-rule.js';
import { EventView, type FieldTable, type SigmaEvent } from './event.js';

/** One field's texts, and which rules each of them makes candidates. */
interface FieldIndex {
  readonly field: number;
  readonly finder: TextFinder;
  readonly rules: readonly (readonly number[])[];
}

/**
 * Many rules against many events. Nearly every rule needs one of a few texts in one of its fields: one pass over each
 * field finds the candidates, and only they are matched.
 */
export class RuleSet {
  private readonly view: EventView;
  private readonly indexes: readonly FieldIndex[];
  /** Rules of which no text can be required. */
  private readonly always: readonly number[];
  private readonly seen: Int32Array;
  private generation = 0;

  constructor(
    readonly rules: readonly SigmaRule[],
    fields: FieldTable,
  ) {
    this.view = new EventView(fields.names);
    this.seen = new Int32Array(rules.length);
    const always: number[] = [];
    const byField = new Map<number, Map<string, number[]>>();
    rules.forEach((rule, index) => {
      const { requires } = rule.compiled;
      if (requires === null) always.push(index);
      for (const { field, text } of requires ?? []) addTo(byField, field, text, index);
    });
    this.always = always;
    this.indexes = [...byField].map(([field, texts]) => ({
      field,
      finder: new TextFinder([...texts.keys()]),
      rules: [...texts.values()],
    }));
  }

  /** The rules that an event fulfils, in the order in which they were loaded. */
  match(event: SigmaEvent): readonly SigmaRule[] {
    const candidates = this.candidates(event);
    if (candidates.length === 0) return NONE;
    const matched: SigmaRule[] = [];
    for (const index of candidates.sort((a, b) => a - b)) {
      const rule = this.rules[index];
      if (rule?.compiled.matches(this.view) === true) matched.push(rule);
    }
    return matched;
  }

  private candidates(event: SigmaEvent): number[] {
    const { view, seen } = this;
    const generation = ++this.generation;
    const candidates = [...this.always];
    view.read(event);
    for (const { field, finder, rules } of this.indexes) {
      for (const text of view.lower(field)) {
        finder.scan(text, (found) => {
          for (const rule of rules[found] ?? []) {
            if (seen[rule] === generation) continue;
            seen[rule] = generation;
            candidates.push(rule);
          }
        });
      }
    }
    return candidates;
  }
}

const NONE: readonly SigmaRule[] = [];

function addTo(byField: Map<number, Map<string, number[]>>, field: number, text: string, rule: number): void {
  const texts = byField.get(field) ?? new Map<string, number[]>();
  const rules = texts.get(text) ?? [];
  if (!rules.includes(rule)) rules.push(rule);
  texts.set(text, rules);
  byField.set(field, texts);
}
