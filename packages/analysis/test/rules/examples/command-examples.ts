/** By rule: commands that it must find, and ones beside them that it must not. */
export type Examples = Readonly<
  Record<string, { readonly hits: readonly string[]; readonly misses: readonly string[] }>
>;

export const C2 = '203.0.113.66';
