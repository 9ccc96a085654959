import { readFileSync } from 'node:fs';

/** An instance that talks to a server of its intruder's. */
export const C2 = 'c2-activity.eventbridge';

/** The instance of most fixtures. */
export const SUSPECT = {
  instanceId: 'i-0f3a9c51d2b7e8460',
  account: '111122223333',
  region: 'eu-west-1',
  partition: 'aws',
};

/** Of the finding in `C2`. */
export const ARN =
  'arn:aws:guardduty:eu-west-1:111122223333:detector/12abc34d567e8fa901bc2d34e56789f0/finding/a4c7f0e1b2d34c5d8e9f00112233aabb';

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
