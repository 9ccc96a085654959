/** A function of PHP whose result is known when its arguments are: texts in, text out, null when it cannot say. */
export type Fold = (...values: string[]) => string | null;

/** The whole number at the beginning of a text, as PHP reads it; the fallback when the argument is missing. */
export function integer(text: string | undefined, fallback: number): number {
  if (text === undefined || text === '') return fallback;
  const number = Math.trunc(Number.parseFloat(text));
  return Number.isNaN(number) ? 0 : number;
}
