import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { LineSplitter } from '../../src/engine/line-splitter.js';
import { decompress } from '../../src/evidence/decompress.js';
import { tarReader } from '../../src/evidence/tar-reader.js';
import { parseAccessLog } from '../../src/parsers/access-log.js';
import { parseAccountLog } from '../../src/parsers/account-log.js';
import { AuditEvents } from '../../src/parsers/audit-events.js';
import { parseAuditRecord } from '../../src/parsers/audit-record.js';
import { parseCloudInitLog } from '../../src/parsers/cloud-init-log.js';
import { parseCronLog } from '../../src/parsers/cron-log.js';
import { parseDnsQuery } from '../../src/parsers/dns-query.js';
import { errorLogParser } from '../../src/parsers/error-log.js';
import { FlowLogParser } from '../../src/parsers/flow-log.js';
import { parquetFlows } from '../../src/parsers/flow-log-parquet.js';
import { historyParser } from '../../src/parsers/history.js';
import { JournalParser } from '../../src/parsers/journal/journal-parser.js';
import { LastlogParser } from '../../src/parsers/lastlog.js';
import { LineTimes } from '../../src/parsers/line-times.js';
import { parseLoadBalancerLog } from '../../src/parsers/load-balancer-log.js';
import { LoginRecordParser } from '../../src/parsers/login-records.js';
import { packageLogParser } from '../../src/parsers/package-log.js';
import { parseSshd } from '../../src/parsers/sshd.js';
import { PieceTexts, SshAttempts } from '../../src/parsers/sshd-attempts.js';
import { parseSu, parseSudo } from '../../src/parsers/sudo.js';
import { SyslogParser } from '../../src/parsers/syslog.js';
import { SyslogHeads } from '../../src/parsers/syslog-heads.js';
import { InterestIndex } from '../../src/parsers/syslog-interest.js';
import { trailCalls } from '../../src/parsers/trail-file.js';
import { tarOf } from '../evidence/evidence.js';
import { databases } from './database-targets.js';

/** A parser, something that it reads, and what it may say of what is no longer that. */
export interface FuzzTarget {
  readonly name: string;
  readonly seed: Buffer;
  run(bytes: Buffer): unknown;
  /** Names of errors that it throws on purpose, and that whoever calls it turns into a notice. */
  readonly throws?: readonly string[];
}

const FIXTURES = join(process.cwd(), 'packages/analysis/test/parsers/fixtures');
const fixture = (name: string) => readFileSync(join(FIXTURES, name));
const NOT_AFTER = Date.parse('2026-11-30T00:00:00Z');

function lines(name: string, seed: string, make: () => (text: string, line: number) => unknown): FuzzTarget {
  return {
    name,
    seed: Buffer.from(seed),
    run(bytes) {
      const parse = make();
      const splitter = new LineSplitter(({ text, number }) => void parse(text, number));
      splitter.push(bytes);
      splitter.end();
    },
  };
}

async function drain(source: AsyncIterable<unknown>): Promise<void> {
  for await (const _ of source);
}

async function* chunked(bytes: Buffer): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += 4096) yield bytes.subarray(at, at + 4096);
}

const SYSLOG = `Nov 20 03:11:52 web-1 sshd[4242]: Failed password for invalid user x from 198.51.100.7 port 40000 ssh2
<34>Nov  1 03:11:52 web-1 sudo:   deploy : TTY=pts/0 ; PWD=/ ; USER=root ; COMMAND=/bin/sh
2026-11-20T03:11:52.123456+01:00 web-1 CRON[1]: (root) CMD (/usr/bin/x)
<34>1 2026-11-20T03:11:52Z web-1 sshd 42 - [a@1 b="c\\"]"] Accepted password for root from 198.51.100.7 port 22 ssh2\n`;

/** What reads the same lines before anything is decoded. */
const HEADS: FuzzTarget = {
  name: 'syslog, in its bytes',
  seed: Buffer.from(SYSLOG),
  run(bytes) {
    const options = { notAfterMs: NOT_AFTER, timeZone: 'Europe/Berlin' };
    const heads = new SyslogHeads(new InterestIndex([{ interest: { sshd: 'FAICm', sudo: '' } }]), options);
    const times = new LineTimes(options);
    const attempts = new SshAttempts();
    const texts = new PieceTexts();
    const splitter = new LineSplitter((line) => {
      times.read(line);
      if (heads.read(line) !== 'wanted') return;
      if (attempts.read(line, heads.messageAt)) texts.of(line, attempts.userAt, attempts.userEnd);
      heads.record(line);
    });
    for (let at = 0; at < bytes.length; at += 100) splitter.push(bytes.subarray(at, at + 100));
    splitter.end();
  },
};

const TEXTS: readonly FuzzTarget[] = [
  HEADS,
  lines('syslog', SYSLOG, () => {
    const parser = new SyslogParser({ notAfterMs: NOT_AFTER, timeZone: 'Europe/Berlin' });
    return (text) => {
      const { message = '', program = '' } = parser.parse(text) ?? {};
      return [
        parseSshd(message),
        parseSudo(message),
        parseSu(message),
        parseCronLog(message),
        parseAccountLog(program, message),
      ];
    };
  }),
  lines('audit', fixture('audit.log').toString('utf8'), () => {
    const events = new AuditEvents(() => undefined);
    return (text, line) => {
      const record = parseAuditRecord(text);
      if (record !== undefined) events.add(record, line);
    };
  }),
  lines(
    'access log',
    '203.0.113.9 - - [20/Nov/2026:03:11:52 +0000] "GET /a.php?x=%00\\" HTTP/1.1" 200 512 "-" "curl/8"\n',
    () => parseAccessLog,
  ),
  lines(
    'load balancer log',
    'https 2026-11-20T02:00:00.186641Z app/shop/0abc 198.51.100.9:2817 10.20.3.44:80 0.086 0.048 0.037 200 200 0 57 "POST https://shop.example:443/a.php HTTP/1.1" "curl/8" - - - "-"\n',
    () => parseLoadBalancerLog,
  ),
  {
    name: 'CloudTrail',
    seed: Buffer.from(
      '{"Records":[{"userIdentity":{"type":"AssumedRole","arn":"arn:aws:sts::111122223333:assumed-role/a/i-0abc"},"eventTime":"2026-11-20T02:00:00Z","eventSource":"iam.amazonaws.com","eventName":"ListUsers","sourceIPAddress":"198.51.100.9","readOnly":true}]}',
    ),
    run: (bytes) => trailCalls(bytes.toString('utf8')),
  },
  lines(
    'error log',
    '[Fri Nov 20 03:11:52.123456 2026] [php:notice] [pid 701] [client 192.0.2.9:52144] PHP Notice: x\n2026/11/20 03:11:52 [error] 12#12: *1 open() failed, client: 192.0.2.9, server: x\n',
    () => errorLogParser('Asia/Tokyo'),
  ),
  ...(['dpkg', 'apt', 'yum', 'dnf'] as const).map((kind) =>
    lines(
      `${kind} log`,
      '2026-11-20 03:11:52 install nmap:amd64 <none> 7.93\nStart-Date: 2026-11-20  03:11:52\nCommandline: apt-get install x\nInstall: a:amd64 (1, automatic), b:amd64 (1, 2)\nEnd-Date: 2026-11-20  03:11:52\nNov 20 03:11:52 Installed: nmap-2:6.40-19.el7.x86_64\n2026-11-20T03:11:50+0100 DDEBUG Command: dnf install\n2026-11-20T03:11:52+0100 SUBDEBUG Installed: a-3:7-1.x86_64\n',
      () => {
        const parser = packageLogParser(kind, { notAfterMs: NOT_AFTER, timeZone: 'Europe/Berlin' });
        return (text, line) => parser.parse(text, line);
      },
    ),
  ),
  ...(['bash', 'zsh', 'fish'] as const).map((shell) =>
    lines(
      `${shell} history`,
      '#1763608312\nls\n: 1763608312:0;id\n- cmd: a\\nb\n  when: 1763608312\n',
      () => {
        const parser = historyParser(shell);
        return (text, line) => parser.parse(text, line);
      },
    ),
  ),
  lines(
    'cloud-init log',
    "2026-11-20 03:11:52,123 - subp.py[DEBUG]: Running command ['/bin/sh', '-c', \"x\"] with allowed return codes [0]\n",
    () => parseCloudInitLog,
  ),
  lines(
    'flow log',
    'version srcaddr dstaddr srcport dstport protocol bytes start end action\n2 10.0.0.1 198.51.100.9 40000 443 6 512 1795143600 1795143659 ACCEPT\n',
    () => {
      const parser = new FlowLogParser();
      return (text) => parser.parse(text);
    },
  ),
  lines(
    'DNS queries',
    '{"timestamp":1,"message":"{\\"query_timestamp\\":\\"2026-11-20T03:11:52Z\\",\\"query_name\\":\\"a.b.\\",\\"srcids\\":{\\"instance\\":\\"i-0abc\\"}}"}\n',
    () => parseDnsQuery,
  ),
];

/** Behind its hash tables, which nobody reads here. */
function beginOfJournal(name: string): Buffer {
  const bytes = gunzipSync(fixture(`${name}.journal.gz`));
  return Buffer.from(bytes.subarray(0, bytes.indexOf('_MACHINE_ID=') + 60_000));
}

const journal = (name: string): FuzzTarget => ({
  name: `journal, ${name}`,
  seed: beginOfJournal(name),
  run: (bytes) => new JournalParser({ entry: () => undefined }).push(bytes),
});

const unpacking = (name: string, seed: Buffer, throws: readonly string[]): FuzzTarget => ({
  name,
  seed,
  run: (bytes) => drain(decompress(chunked(bytes))),
  throws,
});

const LOG = Buffer.from(SYSLOG.repeat(40));
const packed = (tool: string) => execFileSync(tool, ['-c'], { input: LOG });

function records(): readonly FuzzTarget[] {
  const bytes = Buffer.alloc(2400, 7);
  return [
    ...([384, 400] as const).map((size) => ({
      name: `utmp, ${size} bytes`,
      seed: bytes,
      run: (changed: Buffer) => new LoginRecordParser(size, () => undefined).push(changed),
    })),
    ...([292, 296] as const).map((size) => ({
      name: `lastlog, ${size} bytes`,
      seed: bytes,
      run: (changed: Buffer) => new LastlogParser(size, () => undefined).push(changed),
    })),
  ];
}

/** Every parser of files that come from a suspect. */
export async function fuzzTargets(): Promise<readonly FuzzTarget[]> {
  const tar = await tarOf([
    { name: 'etc/passwd', body: 'root:x:0:0::/root:/bin/sh\n' },
    { name: 'a/b', body: LOG },
  ]);
  return [
    ...TEXTS,
    ...['plain', 'compact', 'zstd', 'zstd-compact'].map(journal),
    ...records(),
    ...(await databases()),
    {
      name: 'flow log in Parquet',
      seed: fixture('flow-log.parquet'),
      run: (bytes) => drain(parquetFlows(bytes)),
      // The library's own, for each thing that can be wrong.
      throws: ['Error', 'RangeError', 'TypeError', 'SyntaxError'],
    },
    unpacking('gzip', gzipSync(LOG), ['Error']),
    unpacking('zstd', zstdCompressSync(LOG), ['Error']),
    unpacking('xz', packed('xz'), ['DamagedArchive']),
    unpacking('bzip2', packed('bzip2'), ['DamagedArchive']),
    {
      name: 'tar',
      seed: tar,
      async run(bytes) {
        for await (const file of tarReader(chunked(bytes)).files(() => undefined))
          await drain(file.content());
      },
      throws: [],
    },
  ];
}
