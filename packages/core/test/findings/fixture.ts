import { readFileSync } from 'node:fs';

/** A finding as a sender ships it, from the fixtures. */
export function fixture(name: string): unknown {
  const url = new URL(`../fixtures/findings/${name}.json`, import.meta.url);
  return JSON.parse(readFileSync(url, 'utf8'));
}

type Json = { [key: string]: Json } & Json[];

/** A fixture with one field changed: `changed('c2', 'detail.severity', 'high')`; undefined removes it. */
export function changed(name: string, path: string, value: unknown): unknown {
  const root = fixture(name) as Json; // the fixtures are objects all the way to the fields that tests change
  const names = path.split('.');
  const last = names.pop() ?? '';
  let at = root;
  for (const step of names) at = at[step] as Json; // as above
  if (value === undefined) delete at[last];
  else at[last] = value as Json;
  return root;
}
