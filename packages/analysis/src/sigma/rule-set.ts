import { Candidates, type Use } from './candidates.js';
import type { SigmaRule } from './compile-rule.js';
import { ANY_FIELD, EventView, type FieldTable, type SigmaEvent, textsOf } from './event.js';
import { FieldIndex, type IndexedText } from './field-index.js';
import { type Requirement, worthLookingFor } from './requirement.js';

/**
 * Many rules against many events. Nearly every rule needs certain texts in certain fields: one pass over each text of
 * the event finds the rules of which it has them all, and only they are matched. An event without any costs that pass.
 */
export class RuleSet {
  private readonly view: EventView;
  private readonly indexes: ReadonlyMap<string, FieldIndex>;
  /** Looks at every field, for keywords. */
  private readonly keywords: FieldIndex | undefined;
  /** Rules of which nothing can be required. */
  private readonly always: readonly number[];
  /** Per rule whether the index has the last word. */
  private readonly decided: readonly boolean[];
  private readonly candidates: Candidates;

  constructor(
    readonly rules: readonly SigmaRule[],
    fields: FieldTable,
  ) {
    this.view = new EventView(fields);
    const required = rules.map(({ compiled }) => worthLookingFor(compiled.requires));
    this.candidates = new Candidates(required.map(({ length }) => length));
    this.always = required.flatMap(({ length }, rule) => (length === 0 ? [rule] : []));
    this.decided = rules.map(
      ({ compiled }, rule) => compiled.isDecided && compiled.requires.length === required[rule]?.length,
    );
    const byField = gather(required);
    const indexOf = (field: number) => {
      const texts = byField.get(field);
      return texts === undefined ? undefined : new FieldIndex([...texts.values()]);
    };
    this.keywords = indexOf(ANY_FIELD);
    this.indexes = new Map(
      fields.names.flatMap((name, field) => {
        const index = indexOf(field);
        return index === undefined ? [] : [[name, index]];
      }),
    );
  }

  /** The rules that an event fulfils, in the order in which they were loaded. */
  match(event: SigmaEvent): readonly SigmaRule[] {
    const { candidates, rules, view, decided } = this;
    candidates.begin(this.always);
    this.findCandidates(event);
    if (candidates.count === 0) return NONE;
    candidates.sort();
    view.read(event);
    let matched: SigmaRule[] | undefined;
    for (let next = 0; next < candidates.count; next++) {
      const index = candidates.rules[next] ?? 0;
      const rule = rules[index];
      if (rule === undefined || !(decided[index] === true || rule.compiled.matches(view))) continue;
      if (matched === undefined) matched = [rule];
      else matched.push(rule);
    }
    return matched ?? NONE;
  }

  private findCandidates(event: SigmaEvent): void {
    const { indexes, keywords, candidates } = this;
    for (const name of Object.keys(event)) {
      const index = indexes.get(name);
      if (index === undefined && keywords === undefined) continue;
      const value = event[name];
      if (typeof value === 'string') {
        index?.look(value, candidates);
        keywords?.look(value, candidates);
        continue;
      }
      for (const text of textsOf(value)) {
        index?.look(text, candidates);
        keywords?.look(text, candidates);
      }
    }
  }
}

const NONE: readonly SigmaRule[] = [];

interface GatheredText extends IndexedText {
  readonly uses: Use[];
}

/** What is looked for in each field, with the rules that want it. */
function gather(rules: readonly (readonly Requirement[])[]): ReadonlyMap<number, Map<string, GatheredText>> {
  const byField = new Map<number, Map<string, GatheredText>>();
  rules.forEach((requirements, rule) => {
    requirements.forEach((requirement, position) => {
      const use = { rule, bit: 1 << position };
      for (const required of requirement) gatherText(byField, { ...required, uses: [use] });
    });
  });
  return byField;
}

function gatherText(byField: Map<number, Map<string, GatheredText>>, required: GatheredText): void {
  const texts = byField.get(required.field) ?? new Map<string, GatheredText>();
  byField.set(required.field, texts);
  const key = `${required.place} ${required.text}`;
  const known = texts.get(key);
  if (known === undefined) texts.set(key, required);
  else known.uses.push(...required.uses);
}
