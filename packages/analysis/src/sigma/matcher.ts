import type { EventView } from './event.js';
import { type Requirement, requiredByAny } from './requirement.js';

/** Whether an event fulfils a part of a rule. */
export type Matcher = (view: EventView) => boolean;

/** A compiled part of a rule. */
export interface Compiled {
  readonly matches: Matcher;
  /** What an event that matches surely meets, all of it. Empty: nothing of the kind can be said. */
  readonly requires: readonly Requirement[];
  /** Whether an event that meets all of `requires` surely matches: nothing else need be asked. */
  readonly isDecided: boolean;
}

/** All parts must hold. */
export function allOf(parts: readonly Compiled[]): Compiled {
  const [only] = parts;
  if (parts.length === 1 && only !== undefined) return only;
  const matchers = parts.map(({ matches }) => matches);
  return {
    matches: (view) => {
      for (const matches of matchers) if (!matches(view)) return false;
      return true;
    },
    requires: parts.flatMap(({ requires }) => requires),
    isDecided: parts.every(({ isDecided }) => isDecided),
  };
}

/** One part must hold. */
export function anyOf(parts: readonly Compiled[]): Compiled {
  const [only] = parts;
  if (parts.length === 1 && only !== undefined) return only;
  const matchers = parts.map(({ matches }) => matches);
  return {
    matches: (view) => {
      for (const matches of matchers) if (matches(view)) return true;
      return false;
    },
    requires: requiredByAny(parts.map(({ requires }) => requires)),
    isDecided: parts.every(({ requires, isDecided }) => isDecided && requires.length === 1),
  };
}

/** At least `count` parts must hold. */
export function someOf(parts: readonly Compiled[], count: number): Compiled {
  if (count <= 1) return anyOf(parts);
  return {
    matches: (view) => parts.filter((part) => part.matches(view)).length >= count,
    requires: requiredByAny(parts.map(({ requires }) => requires)),
    isDecided: false,
  };
}

export function not(part: Compiled): Compiled {
  return { matches: (view) => !part.matches(view), ...NOTHING_REQUIRED };
}

/** Of a test that only the event itself can answer. */
export const NOTHING_REQUIRED = { requires: [], isDecided: false } as const;
