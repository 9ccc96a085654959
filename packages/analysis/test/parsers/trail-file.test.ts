import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { trailCalls } from '../../src/parsers/trail-file.js';

interface Golden {
  readonly file: { readonly Records: readonly Record<string, unknown>[] };
  /** What trailscraper 0.10.0 of PyPI makes of each record. */
  readonly parsed: readonly {
    readonly source: string;
    readonly name: string;
    readonly time: string;
    readonly role: string | null;
  }[];
}

const { file, parsed }: Golden = JSON.parse(
  gunzipSync(readFileSync(new URL('fixtures/cloud-trail.json.gz', import.meta.url))).toString('utf8'),
);

/** A session's ARN has the role's name, and not its path. */
function roleOf(principal: string): string | null {
  const [, account, role] = /^arn:aws:sts::(\d+):assumed-role\/([^/]+)\//.exec(principal) ?? [];
  return role === undefined ? null : `arn:aws:iam::${account}:role/${role}`;
}

describe('a file of CloudTrail', () => {
  const calls = trailCalls(JSON.stringify(file)) ?? [];

  it('holds the calls that trailscraper reads in it', () => {
    expect(parsed).toHaveLength(60);
    expect(
      calls.map(({ call, atMs, principal }) => [call, new Date(atMs).toISOString(), roleOf(principal)]),
    ).toEqual(
      parsed.map(({ source, name, time, role }) => [
        `${source.replace('.amazonaws.com', '')}:${name}`,
        new Date(time).toISOString(),
        role,
      ]),
    );
  });

  it('says of each from where it came, with what, and whether it was refused or only read', () => {
    for (const [index, record] of file.Records.entries())
      expect(calls[index]).toMatchObject({
        source: record['sourceIPAddress'],
        agent: record['userAgent'],
        error: record['errorCode'],
        isReading: record['readOnly'],
      });
    expect(calls.filter(({ error }) => error !== undefined).length).toBeGreaterThan(5);
  });

  it('names a service that called where nobody has an ARN', () => {
    expect(new Set(calls.map(({ principal }) => principal))).toContain('ec2.amazonaws.com');
  });
});
