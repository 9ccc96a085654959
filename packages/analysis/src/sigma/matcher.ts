import type { EventView } from './event.js';

/** Whether an event fulfils a part of a rule. */
export type Matcher = (view: EventView) => boolean;

/**
 * Texts (lower case) of which an event must hold at least one in the named field, or the matcher cannot be true. Null:
 * nothing of the kind can be said.
 */
export type Requirement = readonly RequiredText[] | null;

export interface RequiredText {
  readonly field: number;
  readonly text: string;
}

/** A compiled part of a rule. */
export interface Compiled {
  readonly matches: Matcher;
  readonly requires: Requirement;
}

/** All parts must hold: the best requirement of any part will do. */
export function allOf(parts: readonly Compiled[]): Compiled {
  const [only] = parts;
  if (parts.length === 1 && only !== undefined) return only;
  return { matches: (view) => parts.every((part) => part.matches(view)), requires: cheapest(parts) };
}

/** One part must hold: the requirements of all parts together. */
export function anyOf(parts: readonly Compiled[]): Compiled {
  const [only] = parts;
  if (parts.length === 1 && only !== undefined) return only;
  return { matches: (view) => parts.some((part) => part.matches(view)), requires: union(parts) };
}

/** At least `count` parts must hold. */
export function someOf(parts: readonly Compiled[], count: number): Compiled {
  if (count <= 1) return anyOf(parts);
  return {
    matches: (view) => parts.filter((part) => part.matches(view)).length >= count,
    requires: union(parts),
  };
}

export function not(part: Compiled): Compiled {
  return { matches: (view) => !part.matches(view), requires: null };
}

function union(parts: readonly Compiled[]): Requirement {
  const texts: RequiredText[] = [];
  for (const { requires } of parts) {
    if (requires === null) return null;
    texts.push(...requires);
  }
  return texts;
}

function cheapest(parts: readonly Compiled[]): Requirement {
  let best: Requirement = null;
  for (const { requires } of parts) {
    if (requires !== null && (best === null || cost(requires) < cost(best))) best = requires;
  }
  return best;
}

/** Short texts stand in every event; a long list of them says nothing. */
function cost(texts: readonly RequiredText[]): number {
  let sum = 0;
  for (const { text } of texts)
    sum += text.length >= 8 ? 1 : text.length >= 5 ? 3 : text.length >= 3 ? 12 : 60;
  return sum;
}
