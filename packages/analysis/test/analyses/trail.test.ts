import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { trailCalls } from '../../src/parsers/trail-file.js';
import { resultsOf, told } from './run.js';

const FILE =
  'AWSLogs/111122223333/CloudTrail/eu-west-1/2026/11/20/111122223333_CloudTrail_eu-west-1_20261120T0200Z_x1Y2z3A4b5C6d7E8.json.gz';
const SESSION = 'arn:aws:sts::111122223333:assumed-role/shop-web/i-0f3a9c51d2b7e8460';

/** As in AWS's documentation, with what stands here. */
function record(more: { readonly [field: string]: unknown }, principal = SESSION) {
  return {
    eventVersion: '1.11',
    userIdentity: { type: 'AssumedRole', arn: principal, accountId: '111122223333' },
    eventTime: '2026-11-20T02:00:00Z',
    eventSource: 'iam.amazonaws.com',
    eventName: 'ListUsers',
    awsRegion: 'us-east-1',
    sourceIPAddress: '203.0.113.66',
    userAgent: 'aws-cli/2.9.0',
    readOnly: true,
    ...more,
  };
}
const file = (...records: readonly object[]) => gzipSync(JSON.stringify({ Records: records }));

describe('files of CloudTrail', () => {
  it('show what an address of the finding did, the worse when it changed something', async () => {
    const looked = await resultsOf({ [FILE]: file(record({}), record({ eventName: 'GetUser' })) });
    expect(told(looked.bad).filter((line) => line.startsWith('trail.'))).toEqual([
      `trail.call-from-finding ip:203.0.113.66 ${FILE}:-`,
    ]);
    expect(looked.bad.find(({ rule }) => rule === 'trail.call-from-finding')?.severity).toBe('high');
    const made = record({ eventName: 'CreateAccessKey', readOnly: false, eventTime: '2026-11-20T02:05:00Z' });
    const { bad, events } = await resultsOf({ [FILE]: file(record({}), made) });
    const seen = bad.find(({ rule }) => rule === 'trail.call-from-finding');
    expect(seen).toMatchObject({
      severity: 'critical',
      at: '2026-11-20T02:00:00.000Z',
      excerpt: 'aws-cli/2.9.0',
      title: `203.0.113.66 called AWS 2 times as ${SESSION}`,
    });
    expect(seen?.reasons).toContain('1 calls changed something, 0 were refused');
    expect(seen?.reasons).toContain('iam:CreateAccessKey: 1');
    expect(events.map(({ kind, at }) => [kind, at])).toEqual([
      ['aws.called', '2026-11-20T02:00:00.000Z'],
      ['aws.called', '2026-11-20T02:05:00.000Z'],
    ]);
  });

  it('does not count as changed what was refused', async () => {
    const refused = record({ eventName: 'CreateUser', readOnly: false, errorCode: 'AccessDenied' });
    const { bad } = await resultsOf({ [FILE]: file(refused) });
    expect(bad.find(({ rule }) => rule === 'trail.call-from-finding')?.severity).toBe('high');
  });

  it('show the session of an instance in two places, and leave administrators and services alone', async () => {
    const from = (sourceIPAddress: string, principal?: string) => record({ sourceIPAddress }, principal);
    const person = 'arn:aws:iam::111122223333:user/admin';
    const { bad } = await resultsOf({
      [FILE]: file(
        ...[from('198.51.100.5'), from('192.0.2.80'), from('10.20.3.44'), from('ec2.amazonaws.com')],
        ...[from('198.51.100.5', person), from('192.0.2.80', person)],
      ),
    });
    expect(bad.map(({ rule, entity }) => [rule, entity])).toEqual([
      ['trail.instance-session-elsewhere', 'ip:198.51.100.5'],
      ['trail.instance-session-elsewhere', 'ip:192.0.2.80'],
    ]);
    const quiet = await resultsOf({ [FILE]: file(from('198.51.100.5'), from('10.20.3.44')) });
    expect(quiet.bad).toEqual([]);
  });

  it('say so when they cannot be read', async () => {
    const { notices } = await resultsOf({ [FILE]: gzipSync('{"Records": [{"event') });
    expect(notices.map(({ code, path }) => [code, path])).toEqual([['CONTENT_UNREADABLE', FILE]]);
  });

  it('never throw, whatever they hold', () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        trailCalls(text);
        trailCalls(`{"Records": [${text}, {"eventName": "x", "eventTime": ${text}}]}`);
      }),
      { numRuns: 100 },
    );
  });
});

describe('access logs of load balancers', () => {
  it('show who used a web shell that lies on the disk', async () => {
    const log =
      'AWSLogs/111122223333/elasticloadbalancing/eu-west-1/2026/11/20/111122223333_elasticloadbalancing_eu-west-1_app.shop.0abc_20261120T0205Z_10.0.0.1_1a2b3c.log.gz';
    const line =
      'https 2026-11-20T02:00:00.186641Z app/shop/0abc 198.51.100.9:2817 10.20.3.44:80 0.086 0.048 0.037 200 200 0 57 "POST https://shop.example:443/uploads/a.php?x=1 HTTP/1.1" "curl/8" - - - "-"\n';
    const { bad } = await resultsOf({
      'fs/var/www/html/uploads/a.php': '<?php system($_POST["c"]);',
      [log]: gzipSync(line),
    });
    expect(bad.find(({ rule }) => rule === 'web.shell-used')).toMatchObject({
      entity: 'ip:198.51.100.9',
      severity: 'critical',
      evidence: [
        { path: log, line: 1 },
        { path: log, line: 1 },
      ],
    });
  });
});
