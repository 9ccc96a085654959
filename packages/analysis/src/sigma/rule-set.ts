import { TextFinder } from './aho-corasick.js';
import type { SigmaRule } from './compile-rule.js';
import { ANY_FIELD, EventView, type FieldTable, type SigmaEvent } from './event.js';

/** A rule that becomes a candidate when a text stands in a field. */
interface Use {
  readonly field: number;
  readonly rule: number;
}

/**
 * Many rules against many events. Nearly every rule needs one of a few texts in one of its fields: one pass over each
 * text of the event finds the candidates, and only they are matched.
 */
export class RuleSet {
  private readonly view: EventView;
  private readonly finder: TextFinder;
  /** Per text of the finder the rules that need it. */
  private readonly uses: readonly (readonly Use[])[];
  /** Rules of which no text can be required. */
  private readonly always: readonly number[];
  /** Whether some rule looks at every field. */
  private readonly hasKeywords: boolean;
  /** Per rule the event that made it a candidate last. */
  private readonly seen: Int32Array;
  private readonly candidates: number[] = [];
  private readonly found: number[] = [];
  private generation = 0;

  constructor(
    readonly rules: readonly SigmaRule[],
    fields: FieldTable,
  ) {
    this.view = new EventView(fields);
    this.seen = new Int32Array(rules.length);
    this.always = rules.flatMap((rule, index) => (rule.compiled.requires === null ? [index] : []));
    const uses = new Map<string, Use[]>();
    rules.forEach((rule, index) => {
      for (const { field, text } of rule.compiled.requires ?? []) addUse(uses, text, { field, rule: index });
    });
    this.finder = new TextFinder([...uses.keys()]);
    this.uses = [...uses.values()];
    this.hasKeywords = this.uses.some((list) => list.some(({ field }) => field === ANY_FIELD));
  }

  /** The rules that an event fulfils, in the order in which they were loaded. */
  match(event: SigmaEvent): readonly SigmaRule[] {
    this.findCandidates(event);
    const { candidates, rules, view } = this;
    if (candidates.length === 0) return NONE;
    const matched: SigmaRule[] = [];
    for (const index of candidates.sort((a, b) => a - b)) {
      const rule = rules[index];
      if (rule?.compiled.matches(view) === true) matched.push(rule);
    }
    return matched;
  }

  private findCandidates(event: SigmaEvent): void {
    const { view, always, candidates } = this;
    this.generation++;
    candidates.length = 0;
    for (const index of always) candidates.push(index);
    view.read(event);
    for (const field of view.present) for (const text of view.lower(field)) this.lookUp(text, field);
    if (this.hasKeywords) for (const text of view.unasked()) this.lookUp(text, ANY_FIELD);
  }

  private lookUp(text: string, field: number): void {
    const { found, uses, seen, generation, candidates } = this;
    found.length = 0;
    this.finder.scan(text, found);
    for (const hit of found) {
      for (const use of uses[hit] ?? []) {
        if ((use.field !== field && use.field !== ANY_FIELD) || seen[use.rule] === generation) continue;
        seen[use.rule] = generation;
        candidates.push(use.rule);
      }
    }
  }
}

const NONE: readonly SigmaRule[] = [];

function addUse(uses: Map<string, Use[]>, text: string, use: Use): void {
  const list = uses.get(text) ?? [];
  if (!list.some(({ field, rule }) => field === use.field && rule === use.rule)) list.push(use);
  uses.set(text, list);
}
