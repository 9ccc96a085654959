/** Where in a field's text a required text must stand. */
export type Place = 'anywhere' | 'start' | 'end' | 'whole';

/** A text, in lower case, in one of a field's texts (in lower case). */
export interface RequiredText {
  readonly field: number;
  readonly text: string;
  readonly place: Place;
}

/** The event must hold one of these. */
export type Requirement = readonly RequiredText[];

/** One is met when one of the parts' own is: the first of each together, the second of each, and so on. */
export function requiredByAny(parts: readonly (readonly Requirement[])[]): readonly Requirement[] {
  if (parts.some((requirements) => requirements.length === 0)) return [];
  const most = Math.max(...parts.map((requirements) => requirements.length));
  return Array.from({ length: most }, (_, index) =>
    parts.flatMap((requirements) => requirements[Math.min(index, requirements.length - 1)] ?? []),
  );
}

/** Rules are few bits in an index. */
const MAX_REQUIREMENTS = 30;

/** Those that are worth looking for: what stands in every event tells nothing, unless there is nothing better. */
export function worthLookingFor(requirements: readonly Requirement[]): readonly Requirement[] {
  const [best, ...others] = requirements.toSorted((a, b) => cost(a) - cost(b));
  if (best === undefined) return [];
  return [best, ...others.slice(0, MAX_REQUIREMENTS - 1).filter((one) => one.every(isTelling))];
}

function isTelling({ text, place }: RequiredText): boolean {
  return place !== 'anywhere' || text.length >= 2;
}

/** Short texts stand in every event; a long list of them says nothing. */
function cost(requirement: Requirement): number {
  let sum = 0;
  for (const { text, place } of requirement) {
    if (place !== 'anywhere' || text.length >= 8) sum += 1;
    else sum += text.length >= 5 ? 3 : text.length >= 3 ? 12 : 60;
  }
  return sum;
}
