/** What an answer must hold for the scene to stand. */
export function present<T>(value: T | undefined | null, what: string): T {
  if (value === undefined || value === null) throw new Error(`moto gave no ${what}`);
  return value;
}
