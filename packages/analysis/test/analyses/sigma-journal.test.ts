import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { sigmaAnalysis } from '../../src/analyses/sigma/sigma-analysis.js';
import { analyze } from '../../src/engine/analyze.js';
import { JournalParser } from '../../src/parsers/journal/journal-parser.js';
import { loadSigmaRules } from '../../src/sigma/load.js';
import { memoryReader } from '../evidence/evidence.js';
import { CONTEXT } from './run.js';

const JOURNAL = gunzipSync(readFileSync(new URL('../parsers/fixtures/plain.journal.gz', import.meta.url)));
const PATH = 'fs/var/log/journal/4f1d0c0a9e3b4c1c8a7d6e5f40302010/system.journal';

const FAILED = `
title: failed
name: failed
level: low
logsource: { product: linux, service: sshd }
detection:
  keywords: [Failed password]
  condition: keywords
`;

/** The journal's lines of sshd that FAILED matches, as rsyslog writes them. */
const written: string[] = [];
const parser = new JournalParser({
  entry: ({ realtimeUs, fields }) => {
    const text = (name: string) => fields.get(name)?.[0]?.toString('utf8') ?? '';
    if (text('SYSLOG_IDENTIFIER') !== 'sshd' || !text('MESSAGE').startsWith('Failed password')) return;
    written.push(`${new Date(Number(realtimeUs / 1000n)).toISOString()} web-1 sshd[1]: ${text('MESSAGE')}`);
  },
});
parser.push(JOURNAL);

async function told(rules: string, files: { readonly [path: string]: string | Uint8Array }) {
  const found: string[] = [];
  const analysis = sigmaAnalysis(loadSigmaRules([{ file: 'mine.yml', text: rules }]));
  for await (const result of analyze(memoryReader(files), [analysis], CONTEXT)) {
    if (result.kind !== 'observation') continue;
    const { rule, entity, evidence, reasons = [] } = result.observation;
    found.push(`${rule} ${entity} ${evidence[0]?.path} ${/\d+ events?/.exec(reasons[0] ?? '')?.[0]}`);
  }
  return found;
}

describe('Sigma rules of the user on the systemd journal', () => {
  it('see what it holds as they see a system log', async () => {
    expect(written.length).toBeGreaterThan(20);
    const events = `${written.length} events`;
    expect(await told(FAILED, { [PATH]: JOURNAL })).toEqual([`sigma.failed program:sshd ${PATH} ${events}`]);
    const journald = FAILED.replace('service: sshd', 'service: journald');
    expect(await told(journald, { [PATH]: JOURNAL })).toEqual([
      `sigma.failed program:sshd ${PATH} ${events}`,
    ]);
  });

  it('count nothing twice that a text log has, whichever is read first', async () => {
    const text = { 'fs/var/log/auth.log': `${written.join('\n')}\n` };
    const once = [`sigma.failed program:sshd fs/var/log/auth.log ${written.length} events`];
    expect(await told(FAILED, { ...text, [PATH]: JOURNAL })).toEqual(once);
    expect(await told(FAILED, { [PATH]: JOURNAL, ...text })).toEqual(once);
  });

  it('see in it what a text log has lost', async () => {
    const found = await told(FAILED, { 'fs/var/log/auth.log': `${written[0]}\n`, [PATH]: JOURNAL });
    expect(found[0]).toMatch(/ \d{2,} events$/);
  });

  it('of other programs see nothing of it', async () => {
    expect(await told(FAILED.replace('service: sshd', 'service: cron'), { [PATH]: JOURNAL })).toEqual([]);
  });
});
