type Scalar = string | number | boolean | null | undefined;

/** An event as rules see it: fields by name; a list matches when one of its items does. */
export type SigmaEvent = Readonly<Record<string, Scalar | readonly Scalar[]>>;

export function textsOf(value: SigmaEvent[string]): readonly string[] {
  if (value === undefined || value === null) return [];
  if (typeof value === 'string') return [value];
  if (!isList(value)) return [String(value)];
  return value.flatMap((item) => (item === undefined || item === null ? [] : [String(item)]));
}

function isList(value: NonNullable<SigmaEvent[string]>): value is readonly Scalar[] {
  return Array.isArray(value);
}

const NO_TEXTS: readonly string[] = [];

/**
 * One event, read through numbered fields: texts and their lower case are made once, however many rules ask. Reused
 * from event to event.
 */
export class EventView {
  /** The numbers of the fields that this event has and some rule asks for. */
  readonly present: number[] = [];
  private readonly values: SigmaEvent[string][];
  private readonly texts: (readonly string[] | undefined)[];
  private readonly lowered: (readonly string[] | undefined)[];
  private readonly others: string[] = [];
  private event: SigmaEvent = {};
  private everyText: readonly string[] | undefined;
  private everyLowered: readonly string[] | undefined;

  constructor(private readonly fields: FieldTable) {
    const size = fields.names.length;
    this.values = new Array(size).fill(undefined);
    this.texts = new Array(size).fill(undefined);
    this.lowered = new Array(size).fill(undefined);
  }

  read(event: SigmaEvent): void {
    for (const field of this.present)
      this.values[field] = this.texts[field] = this.lowered[field] = undefined;
    this.present.length = 0;
    this.others.length = 0;
    this.event = event;
    this.everyText = this.everyLowered = undefined;
    for (const name of Object.keys(event)) {
      const field = this.fields.find(name);
      if (event[name] === undefined) continue;
      if (field === undefined) {
        this.others.push(name);
        continue;
      }
      this.values[field] = event[name];
      this.present.push(field);
    }
  }

  /** Whether the field is there, be it null or empty. */
  has(field: number): boolean {
    return this.values[field] !== undefined;
  }

  raw(field: number): SigmaEvent[string] {
    return this.values[field];
  }

  /** The field's texts; all texts of the event for {@link ANY_FIELD}. */
  text(field: number): readonly string[] {
    if (field === ANY_FIELD) {
      this.everyText ??= Object.values(this.event).flatMap(textsOf);
      return this.everyText;
    }
    const value = this.values[field];
    if (value === undefined) return NO_TEXTS;
    const texts = this.texts[field] ?? textsOf(value);
    this.texts[field] = texts;
    return texts;
  }

  lower(field: number): readonly string[] {
    if (field === ANY_FIELD) {
      this.everyLowered ??= this.text(ANY_FIELD).map((text) => text.toLowerCase());
      return this.everyLowered;
    }
    const known = this.lowered[field];
    if (known !== undefined || this.values[field] === undefined) return known ?? NO_TEXTS;
    const lowered = this.text(field).map((text) => text.toLowerCase());
    this.lowered[field] = lowered;
    return lowered;
  }

  /** The texts, in lower case, of fields that no rule names: only keywords look at them. */
  unasked(): readonly string[] {
    if (this.others.length === 0) return NO_TEXTS;
    return this.others.flatMap((name) => textsOf(this.event[name])).map((text) => text.toLowerCase());
  }
}

/** Keywords look at every field. */
export const ANY_FIELD = -1;

/** Gives the fields that rules name numbers. */
export class FieldTable {
  readonly names: string[] = [];
  private readonly numbers = new Map<string, number>();

  find(name: string): number | undefined {
    return this.numbers.get(name);
  }

  number(name: string): number {
    const known = this.numbers.get(name);
    if (known !== undefined) return known;
    this.names.push(name);
    this.numbers.set(name, this.names.length - 1);
    return this.names.length - 1;
  }
}
