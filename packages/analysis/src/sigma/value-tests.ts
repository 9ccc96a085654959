import ipaddr from 'ipaddr.js';
import { type EventView, textsOf } from './event.js';
import type { Compiled, Requirement } from './matcher.js';
import { requiredLiterals } from './regex-literals.js';
import { compilePattern, mapTexts, type Pattern } from './text-pattern.js';

export type LetterCase = 'cased' | 'any-case';

/** A field's text against a pattern. */
export function testPattern(field: number, pattern: Pattern, letterCase: LetterCase): Compiled {
  const lowered = mapTexts(pattern, (text) => text.toLowerCase());
  const test = compilePattern(letterCase === 'cased' ? pattern : lowered);
  const matches =
    letterCase === 'cased'
      ? (view: EventView) => view.text(field).some(test)
      : (view: EventView) => view.lower(field).some(test);
  return { matches, requires: requirementOf(field, lowered) };
}

/** The longest fixed text of a pattern must stand in the field. */
function requirementOf(field: number, lowered: Pattern): Requirement {
  let longest = '';
  for (const part of lowered) if (typeof part === 'string' && part.length > longest.length) longest = part;
  return longest === '' ? null : [{ field, text: longest }];
}

export function testRegex(field: number, source: string, regex: (text: string) => boolean): Compiled {
  const literals = requiredLiterals(source);
  return {
    matches: (view) => view.text(field).some(regex),
    requires: literals === null ? null : literals.map((text) => ({ field, text })),
  };
}

export function testNull(field: number): Compiled {
  return { matches: (view) => view.raw(field) == null, requires: null };
}

export function testExists(field: number, expected: boolean): Compiled {
  return { matches: (view) => view.has(field) === expected, requires: null };
}

export type NumberRelation = 'lt' | 'lte' | 'gt' | 'gte';

const RELATIONS: Readonly<Record<NumberRelation, (a: number, b: number) => boolean>> = {
  lt: (a, b) => a < b,
  lte: (a, b) => a <= b,
  gt: (a, b) => a > b,
  gte: (a, b) => a >= b,
};

export function testRelation(field: number, relation: NumberRelation, limit: number): Compiled {
  const holds = RELATIONS[relation];
  return {
    matches: (view) =>
      view
        .text(field)
        .some((text) => text.trim() !== '' && Number.isFinite(Number(text)) && holds(Number(text), limit)),
    requires: null,
  };
}

export type TimeUnit = 'minute' | 'hour' | 'day' | 'week' | 'month' | 'year';

/** A part of a date (UTC) against a number. */
export function testTime(field: number, unit: TimeUnit, expected: number): Compiled {
  return {
    matches: (view) => view.text(field).some((text) => timePart(text, unit) === expected),
    requires: null,
  };
}

function timePart(text: string, unit: TimeUnit): number | null {
  const date = new Date(/^\d{11,}$/.test(text) ? Number(text) : text);
  if (Number.isNaN(date.getTime())) return null;
  switch (unit) {
    case 'minute':
      return date.getUTCMinutes();
    case 'hour':
      return date.getUTCHours();
    case 'day':
      return date.getUTCDate();
    case 'week':
      return isoWeek(date);
    case 'month':
      return date.getUTCMonth() + 1;
    case 'year':
      return date.getUTCFullYear();
  }
}

/** ISO 8601: the week of the year's first Thursday is the first. */
function isoWeek(date: Date): number {
  const thursday = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate()));
  thursday.setUTCDate(thursday.getUTCDate() + 4 - (thursday.getUTCDay() || 7));
  const newYear = Date.UTC(thursday.getUTCFullYear(), 0, 1);
  return Math.ceil(((thursday.getTime() - newYear) / 86_400_000 + 1) / 7);
}

/** @throws Error when the text is no network */
export function testNetwork(field: number, network: string): Compiled {
  const [address, bits] = ipaddr.parseCIDR(network);
  const inside = (text: string): boolean => {
    if (!ipaddr.isValid(text)) return false;
    const candidate = ipaddr.process(text);
    return candidate.kind() === address.kind() && candidate.match(address, bits);
  };
  return { matches: (view) => view.text(field).some(inside), requires: null };
}

export type Position = 'whole' | 'start' | 'end' | 'inside';

const COMPARISONS: Readonly<Record<Position, (text: string, other: string) => boolean>> = {
  whole: (text, other) => text === other,
  start: (text, other) => text.startsWith(other),
  end: (text, other) => text.endsWith(other),
  inside: (text, other) => text.includes(other),
};

interface FieldComparison {
  readonly position: Position;
  readonly letterCase: LetterCase;
}

/** A field against another field of the same event. */
export function testOtherField(
  field: number,
  other: number,
  { position, letterCase }: FieldComparison,
): Compiled {
  const compare = COMPARISONS[position];
  const read = (view: EventView, number: number) =>
    letterCase === 'cased' ? view.text(number) : view.lower(number);
  return {
    matches: (view) =>
      read(view, field).some((text) => read(view, other).some((candidate) => compare(text, candidate))),
    requires: null,
  };
}

/** A number or boolean against the field's text. */
export function scalarText(value: number | boolean): string {
  return textsOf(value)[0] ?? '';
}
