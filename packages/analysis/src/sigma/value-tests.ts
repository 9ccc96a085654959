import ipaddr from 'ipaddr.js';
import { textsOf } from './event.js';
import { type Compiled, NOTHING_REQUIRED } from './matcher.js';
import type { Regex } from './regex.js';
import { requiredLiterals } from './regex-literals.js';
import type { Requirement } from './requirement.js';
import { compilePattern, mapTexts, ONE, type Pattern } from './text-pattern.js';

export type LetterCase = 'cased' | 'any-case';

/** A field's text against a pattern. */
export function testPattern(field: number, pattern: Pattern, letterCase: LetterCase): Compiled {
  const lowered = mapTexts(pattern, (text) => text.toLowerCase());
  const requires = requiredBy(field, lowered);
  if (letterCase === 'cased') {
    const test = compilePattern(pattern);
    return {
      matches: (view) => view.someText(field, test),
      requires: requires.filter(isAscii),
      isDecided: false,
    };
  }
  const test = compilePattern(lowered);
  const isOneText = requires.length === 1 && !lowered.some((part) => part === ONE);
  return { matches: (view) => view.someLower(field, test), requires, isDecided: isOneText };
}

/** Each fixed text of a pattern must stand in the field. */
function requiredBy(field: number, lowered: Pattern): readonly Requirement[] {
  const last = lowered.length - 1;
  return lowered.flatMap((text, index) => {
    if (typeof text !== 'string') return [];
    const edges = index === 0 ? 'start' : 'anywhere';
    const place = index === last ? (index === 0 ? 'whole' : 'end') : edges;
    return [[{ field, text, place }]];
  });
}

/** What other letters become in lower case depends on their neighbours. */
function isAscii(requirement: Requirement): boolean {
  return requirement.every(({ text }) => /^[\0-\x7f]*$/.test(text));
}

export function testRegex(field: number, regex: Regex): Compiled {
  const texts = requiredLiterals(regex.source, regex.flags);
  return {
    matches: (view) => view.someText(field, regex.test),
    requires: texts === null ? [] : [texts.map((text) => ({ field, text, place: 'anywhere' }))],
    isDecided: false,
  };
}

export function testNull(field: number): Compiled {
  return { matches: (view) => view.raw(field) == null, ...NOTHING_REQUIRED };
}

export function testExists(field: number, expected: boolean): Compiled {
  return { matches: (view) => view.has(field) === expected, ...NOTHING_REQUIRED };
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
      view.someText(
        field,
        (text) => text.trim() !== '' && Number.isFinite(Number(text)) && holds(Number(text), limit),
      ),
    ...NOTHING_REQUIRED,
  };
}

export type TimeUnit = 'minute' | 'hour' | 'day' | 'week' | 'month' | 'year';

/** A part of a date (UTC) against a number. */
export function testTime(field: number, unit: TimeUnit, expected: number): Compiled {
  return {
    matches: (view) => view.someText(field, (text) => timePart(text, unit) === expected),
    ...NOTHING_REQUIRED,
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
  return { matches: (view) => view.someText(field, inside), ...NOTHING_REQUIRED };
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
  const some = letterCase === 'cased' ? 'someText' : 'someLower';
  return {
    matches: (view) =>
      view[some](field, (text) => view[some](other, (candidate) => compare(text, candidate))),
    ...NOTHING_REQUIRED,
  };
}

/** A number or boolean against the field's text. */
export function scalarText(value: number | boolean): string {
  return textsOf(value)[0] ?? '';
}
