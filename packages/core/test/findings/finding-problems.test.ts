import fc from 'fast-check';
import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { MAX_FACT_BYTES } from '../../src/engine/fact.js';
import { type Finding, FindingSchema } from '../../src/engine/finding.js';
import { parseFindings } from '../../src/findings/parse-findings.js';
import { changed, fixture } from './fixture.js';

const C2 = 'c2-activity.eventbridge';

describe('a problem', () => {
  it.each([
    ['detail.resource.instanceDetails.instanceId', 'i-0f3a; rm -rf /', 'BAD_FIELD', '"i-0f3a; rm -rf /"'],
    ['detail.resource.instanceDetails.instanceId', undefined, 'MISSING_FIELD', undefined],
    ['detail.resource.instanceDetails.instanceId', 42, 'BAD_FIELD', '42'],
    ['detail.severity', 'high', 'BAD_FIELD', '"high"'],
    ['detail.severity', 11, 'BAD_FIELD', '11'],
    ['detail.severity', null, 'MISSING_FIELD', undefined],
    [
      'detail.arn',
      'arn:aws:guardduty:eu-west-1:12345:detector/x',
      'BAD_FIELD',
      '"arn:aws:guardduty:eu-west-1:12345:detector/x"',
    ],
    ['detail.type', '', 'BAD_FIELD', '""'],
    ['detail.id', {}, 'BAD_FIELD', 'a value of type object'],
    ['detail.resource', [], 'BAD_FIELD', 'an array of 0'],
  ])('names the field and shows what stands there: %s = %j', (path, value, code, shown) => {
    const { findings, problems } = parseFindings(changed(C2, path, value));
    expect(findings).toEqual([]);
    expect(problems).toMatchObject([{ code, path }]);
    expect(problems[0]?.value).toBe(shown);
  });

  it('spells the field as the input does', () => {
    const id = 'Findings.0.Resource.InstanceDetails.InstanceId';
    const wrong = parseFindings(changed('c2-activity.getfindings', id, 'i-nothex'));
    const absent = parseFindings(changed('c2-activity.getfindings', id, undefined));
    const path = 'Findings[0].Resource.InstanceDetails.InstanceId';
    expect(wrong.problems).toMatchObject([{ code: 'BAD_FIELD', path }]);
    expect(absent.problems).toMatchObject([{ code: 'MISSING_FIELD', path }]);
  });

  it('names the instance resource that cannot be read', () => {
    const input = changed(
      'c2-activity.asff',
      'detail.findings.0.Resources.1.Id',
      'arn:aws:ec2:x:y:instance/i-zz',
    );
    expect(parseFindings(input).problems).toMatchObject([
      { code: 'BAD_FIELD', path: 'detail.findings[0].Resources[1]' },
    ]);
  });

  it('never throws the good findings away', () => {
    const good = (fixture(C2) as { detail: object }).detail; // an EventBridge event has one
    const { findings, problems } = parseFindings([
      {},
      good,
      'not json',
      null,
      { ...good, severity: 'x' },
      good,
    ]);
    expect(findings).toHaveLength(2);
    expect(problems.map(({ code, path }) => [code, path])).toEqual([
      ['NOT_A_FINDING', '[0]'],
      ['NOT_JSON', '[2]'],
      ['NOT_A_FINDING', '[3]'],
      ['BAD_FIELD', '[4].severity'],
    ]);
  });

  it.each<[string, unknown, string]>([
    ['nothing', undefined, 'NOT_A_FINDING'],
    ['a number', 7, 'NOT_A_FINDING'],
    ['an empty object', {}, 'NOT_A_FINDING'],
    ['an empty text', '', 'NOT_JSON'],
    ['half a JSON', '{"detail":', 'NOT_JSON'],
    [
      'a hundred envelopes',
      Array.from({ length: 100 }).reduce((inner) => ({ detail: inner }), {}),
      'TOO_DEEP',
    ],
    [
      'JSON in JSON in JSON',
      Array.from({ length: 12 }).reduce((inner) => JSON.stringify(inner), 'x'),
      'TOO_DEEP',
    ],
  ])('is all that comes of %s', (_, input, code) => {
    expect(parseFindings(input)).toMatchObject({ findings: [], problems: [{ code }] });
  });

  it('shows hostile text as harmless text, cut short', () => {
    const hostile = `i-\u001b[31m\u202e<script>\r\n${'x'.repeat(5000)}`;
    const [problem] = parseFindings(
      changed(C2, 'detail.resource.instanceDetails.instanceId', hostile),
    ).problems;
    expect(problem?.value).toMatch(/^[\x20-\x7e]+$/);
    expect(problem?.value?.length).toBeLessThan(200);
  });
});

describe('hostile text in a finding', () => {
  it('survives as it is in title and description', () => {
    const hostile = '</script><img src=x onerror=alert(1)> \u202e $(id) `id` \'"; \u0000 🦀';
    const input = changed(C2, 'detail.title', hostile);
    expect(parseFindings(input).findings[0]?.title).toBe(hostile);
  });

  it('never makes a finding larger than a fact may be', () => {
    const flood = '\u0001'.repeat(100_000);
    const detail = (fixture(C2) as { detail: object }).detail; // an EventBridge event has one
    const { findings } = parseFindings({
      ...detail,
      title: flood,
      description: flood,
      type: `A:EC2/${flood}`,
      id: flood,
    });
    expect(Buffer.byteLength(JSON.stringify(findings[0]))).toBeLessThan(MAX_FACT_BYTES);
  });
});

describe('any input', () => {
  const judge = (input: unknown): readonly Finding[] => {
    const { findings, problems } = parseFindings(input);
    for (const finding of findings) {
      expect(v.is(FindingSchema, finding)).toBe(true);
      expect(Buffer.byteLength(JSON.stringify(finding))).toBeLessThan(MAX_FACT_BYTES);
    }
    for (const problem of problems) expect(JSON.stringify(problem)).toMatch(/^[\x20-\x7e]*$/);
    return findings;
  };

  it('never throws, and gives well-formed findings or problems', () => {
    fc.assert(
      fc.property(
        fc.anything({ withBigInt: true, withNullPrototype: true, withMap: true }),
        (input) => void judge(input),
      ),
    );
    fc.assert(fc.property(fc.json(), (input) => void judge(input)));
  });

  it('never throws with any value in the place of any field', () => {
    const names = [
      C2,
      'c2-activity.asff',
      'c2-activity.ocsf',
      'attack-sequence.eventbridge',
      'c2-activity.getfindings',
    ];
    fc.assert(
      fc.property(fc.constantFrom(...names), fc.nat(), fc.jsonValue({ maxDepth: 2 }), (name, at, value) => {
        const paths = pathsOf(fixture(name));
        const path = paths[at % paths.length] ?? '';
        judge(changed(name, path, value));
      }),
      { numRuns: 1000 },
    );
  });

  it('never names an instance that the input does not', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const findings = judge(changed(C2, 'detail.resource.instanceDetails.instanceId', text));
        expect(findings.every(({ suspect }) => suspect.instanceId === text)).toBe(true);
      }),
    );
  });
});

/** Every field of a value as a dotted path. */
function pathsOf(value: unknown, prefix = ''): string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => {
    if (key.includes('.')) return [];
    const path = prefix === '' ? key : `${prefix}.${key}`;
    return [path, ...pathsOf(inner, path)];
  });
}
