type Scalar = string | number | boolean | null | undefined;

/** An event as rules see it: fields by name; a list matches when one of its items does. */
export type SigmaEvent = Readonly<Record<string, Scalar | readonly Scalar[]>>;

/** A field's value as text; several texts where it is a list. */
type Texts = string | readonly string[];

function asTexts(value: SigmaEvent[string]): Texts {
  if (typeof value === 'string') return value;
  if (value === undefined || value === null) return NO_TEXTS;
  if (!isList(value)) return String(value);
  return value.flatMap((item) => (item === undefined || item === null ? [] : [String(item)]));
}

export function textsOf(value: SigmaEvent[string]): readonly string[] {
  const texts = asTexts(value);
  return typeof texts === 'string' ? [texts] : texts;
}

function isList(value: NonNullable<SigmaEvent[string]>): value is readonly Scalar[] {
  return Array.isArray(value);
}

function lower(texts: Texts): Texts {
  return typeof texts === 'string' ? texts.toLowerCase() : texts.map((text) => text.toLowerCase());
}

const NO_TEXTS: readonly string[] = [];

/** One field of the event that is being looked at. */
interface Slot {
  /** The number of the event that has the field. */
  event: number;
  value: SigmaEvent[string];
  texts: Texts | undefined;
  lowered: Texts | undefined;
}

type TextTest = (text: string) => boolean;

/**
 * One event, read through numbered fields: texts and their lower case are made once, and only when a rule asks. Reused
 * from event to event.
 */
export class EventView {
  private readonly slots: readonly Slot[];
  private readonly byName: ReadonlyMap<string, Slot>;
  private number = 0;
  private event: SigmaEvent = {};
  private readonly every: Slot = emptySlot();

  constructor(fields: FieldTable) {
    this.slots = fields.names.map(emptySlot);
    this.byName = new Map(fields.names.map((name, field) => [name, this.slots[field] ?? this.every]));
  }

  read(event: SigmaEvent): void {
    this.number++;
    this.event = event;
    for (const name of Object.keys(event)) {
      const slot = this.byName.get(name);
      const value = event[name];
      if (slot === undefined || value === undefined) continue;
      slot.event = this.number;
      slot.value = value;
      slot.texts = slot.lowered = undefined;
    }
  }

  /** Whether the field is there, be it null or empty. */
  has(field: number): boolean {
    return this.slots[field]?.event === this.number;
  }

  raw(field: number): SigmaEvent[string] {
    const slot = this.slots[field];
    return slot?.event === this.number ? slot.value : undefined;
  }

  /** Whether one of the field's texts passes; one of all the event's texts for {@link ANY_FIELD}. */
  someText(field: number, test: TextTest): boolean {
    const slot = this.slot(field);
    if (slot === undefined) return false;
    const texts = this.textsIn(slot);
    return typeof texts === 'string' ? test(texts) : texts.some(test);
  }

  /** The same with the texts in lower case. */
  someLower(field: number, test: TextTest): boolean {
    const slot = this.slot(field);
    if (slot === undefined) return false;
    slot.lowered ??= lower(this.textsIn(slot));
    const { lowered } = slot;
    return typeof lowered === 'string' ? test(lowered) : lowered.some(test);
  }

  private slot(field: number): Slot | undefined {
    const slot = field === ANY_FIELD ? this.everyField() : this.slots[field];
    return slot?.event === this.number ? slot : undefined;
  }

  private textsIn(slot: Slot): Texts {
    slot.texts ??= asTexts(slot.value);
    return slot.texts;
  }

  private everyField(): Slot {
    const { every } = this;
    if (every.event !== this.number) {
      every.event = this.number;
      every.texts = Object.values(this.event).flatMap(textsOf);
      every.lowered = undefined;
    }
    return every;
  }
}

function emptySlot(): Slot {
  return { event: 0, value: undefined, texts: undefined, lowered: undefined };
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
