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
  private readonly texts: (readonly string[] | undefined)[];
  private readonly lowered: (readonly string[] | undefined)[];
  private event: SigmaEvent = {};
  private everyText: readonly string[] | undefined;
  private everyLowered: readonly string[] | undefined;

  constructor(private readonly fields: readonly string[]) {
    this.texts = new Array(fields.length);
    this.lowered = new Array(fields.length);
  }

  read(event: SigmaEvent): void {
    this.event = event;
    this.texts.fill(undefined);
    this.lowered.fill(undefined);
    this.everyText = undefined;
    this.everyLowered = undefined;
  }

  /** Whether the field is there, be it null or empty. */
  has(field: number): boolean {
    const name = this.fields[field];
    return name !== undefined && Object.hasOwn(this.event, name) && this.event[name] !== undefined;
  }

  raw(field: number): SigmaEvent[string] {
    return this.event[this.fields[field] ?? ''];
  }

  /** The field's texts; all texts of the event for {@link ANY_FIELD}. */
  text(field: number): readonly string[] {
    if (field === ANY_FIELD) {
      this.everyText ??= Object.values(this.event).flatMap(textsOf);
      return this.everyText;
    }
    const known = this.texts[field];
    if (known !== undefined) return known;
    const value = this.raw(field);
    const texts = value === undefined ? NO_TEXTS : textsOf(value);
    this.texts[field] = texts;
    return texts;
  }

  lower(field: number): readonly string[] {
    if (field === ANY_FIELD) {
      this.everyLowered ??= this.text(ANY_FIELD).map((text) => text.toLowerCase());
      return this.everyLowered;
    }
    const known = this.lowered[field];
    if (known !== undefined) return known;
    const lowered = this.text(field).map((text) => text.toLowerCase());
    this.lowered[field] = lowered;
    return lowered;
  }
}

/** Keywords look at every field. */
export const ANY_FIELD = -1;

/** Gives the fields that rules name numbers. */
export class FieldTable {
  readonly names: string[] = [];
  private readonly numbers = new Map<string, number>();

  number(name: string): number {
    const known = this.numbers.get(name);
    if (known !== undefined) return known;
    this.names.push(name);
    this.numbers.set(name, this.names.length - 1);
    return this.names.length - 1;
  }
}
