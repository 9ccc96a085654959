import type { Indicator } from '../indicators.js';

/** What the rest of the estate is searched for. Values may be the intruder's: every query quotes them. */
export interface Hunt {
  readonly incidentId: string;
  readonly indicators: readonly Indicator[];
  /** ISO 8601, UTC: nothing earlier is asked for. */
  readonly since: string;
  /** What the suspect has in common with others: they may have the same hole. */
  readonly kin: Kin;
}

/** As far as it is known. */
export interface Kin {
  readonly imageId?: string | undefined;
  readonly launchTemplate?: string | undefined;
  readonly autoScalingGroup?: string | undefined;
  readonly roleName?: string | undefined;
  /** The suspect's own: calls of its role from there are its own. */
  readonly ownAddresses?: readonly string[] | undefined;
}

/** Values of one type that can stand in a query: one line, of bounded length. */
export function valuesOf({ indicators }: Hunt, type: Indicator['type']): readonly string[] {
  return indicators
    .filter((indicator) => indicator.type === type)
    .map(({ value }) => value)
    .filter(isOneLine)
    .slice(0, MAX_VALUES);
}

/** Athena's and CloudTrail Lake's limits for a query are reached by far more. */
const MAX_VALUES = 200;
const MAX_LENGTH = 1_000;

// Control characters, and what turns the direction of a text: a trap for whoever pastes the query into a terminal.
// biome-ignore lint/suspicious/noControlCharactersInRegex: finding them is the purpose
const TRAP = /[\u0000-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]/;

function isOneLine(value: string): boolean {
  return value !== '' && value.length <= MAX_LENGTH && !TRAP.test(value);
}

/** For a comment: it ends with its line. */
export function oneLine(text: string): string {
  return text.replace(/[^\x20-\x7e]/g, ' ').slice(0, 200);
}
