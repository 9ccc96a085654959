import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { huntFiles } from '../../src/export/hunt/hunt-files.js';
import type { Hunt } from '../../src/export/hunt/hunt-model.js';
import { osqueryPack } from '../../src/export/hunt/osquery.js';
import { huntSigma } from '../../src/export/hunt/sigma.js';
import { athenaSql, cloudTrailLakeSql, configSql } from '../../src/export/hunt/sql.js';
import { huntYara } from '../../src/export/hunt/yara.js';
import { loadSigmaRules } from '../../src/sigma/load.js';
import { RuleSet } from '../../src/sigma/rule-set.js';

/** Names that an intruder may give to files, to leave a literal of whatever language it is put into. */
const EVIL = [`/tmp/x'; DROP TABLE users; --`, '/tmp/"; rm -rf $(id) `id`\\', '/tmp/100%_*?.sh', '/tmp/a\nb'];
const SHA = 'ab'.repeat(32);

const HUNT: Hunt = {
  incidentId: "inc-1'\n*/ --",
  since: '2026-10-21T02:50:14.000Z',
  indicators: [
    { type: 'ip', value: '203.0.113.66' },
    { type: 'domain', value: 'evil.example' },
    { type: 'sha256', value: SHA },
    ...EVIL.map((value) => ({ type: 'file-path', value }) as const),
    { type: 'account', value: "o'brien" },
    { type: 'ssh-key', value: 'SHA256:jdnXEAxZW0Ku+cG5BkwANpTz/MkbdYjcDS3lGh7//+Q' },
  ],
  kin: {
    imageId: 'ami-0c1d2e3f4a5b6c7d8',
    launchTemplate: 'lt-0a1b',
    autoScalingGroup: "shop'front",
    roleName: 'shop_frontend',
    ownAddresses: ['198.51.100.23'],
  },
};

/** What a script asks, without its comments, as SQLite reads it; `start` and `end` are words of its own. */
function statements(sql: string): readonly string[] {
  return sql
    .replace(/^--.*$/gm, '')
    .split(/;\n/)
    .map((each) => each.trim())
    .filter((each) => each !== '');
}

describe('hunts in SQL', () => {
  const database = new DatabaseSync(':memory:');
  database.exec(`
    CREATE TABLE cloudtrail_logs (eventTime, recipientAccountId, awsRegion, eventSource, eventName, sourceIPAddress, userAgent, errorCode, arn, accessKeyId);
    INSERT INTO cloudtrail_logs VALUES
      ('2026-11-20T03:00:00Z', '1', 'eu-west-1', 's3', 'GetObject', '203.0.113.66', '', '', 'arn:x', ''),
      ('2026-11-20T03:01:00Z', '1', 'eu-west-1', 's3', 'GetObject', '192.0.2.1', '', '', 'arn:aws:sts::1:assumed-role/shop_frontend/i-1', ''),
      ('2026-11-20T03:01:30Z', '1', 'eu-west-1', 's3', 'Own', '198.51.100.23', '', '', 'arn:aws:sts::1:assumed-role/shop_frontend/i-1', ''),
      ('2026-11-20T03:02:00Z', '1', 'eu-west-1', 's3', 'Other', '192.0.2.1', '', '', 'arn:aws:sts::1:assumed-role/shopXfrontend/i-1', ''),
      ('2026-01-01T00:00:00Z', '1', 'eu-west-1', 's3', 'Old', '203.0.113.66', '', '', 'arn:x', '');
    CREATE TABLE vpc_flow_logs (account_id, interface_id, srcaddr, srcport, dstaddr, dstport, action, bytes, "start", "end");
    INSERT INTO vpc_flow_logs VALUES ('1', 'eni-1', '10.0.0.9', 5000, '203.0.113.66', 3333, 'ACCEPT', 9, 1795143925, 1795143985),
      ('1', 'eni-2', '10.0.0.8', 5000, '203.0.113.67', 3333, 'ACCEPT', 9, 1795143925, 1795143985);
    CREATE TABLE r53_rlogs (query_timestamp, srcaddr, instance, query_name, query_type, rcode);
    INSERT INTO r53_rlogs VALUES ('2026-11-20T03:00:00Z', '10.0.0.9', 'i-9', 'Evil.example.', 'A', ''),
      ('2026-11-20T03:00:01Z', '10.0.0.9', 'i-9', 'x.evil.example.', 'A', ''),
      ('2026-11-20T03:00:02Z', '10.0.0.9', 'i-9', 'notevil.example.', 'A', '');
  `);
  // SQLite has no structs: what Athena reads out of one is a column here.
  const flat = (sql: string) => sql.replace(/userIdentity\.|srcids\./g, '');
  const rows = (sql: string) => database.prepare(flat(sql)).all();

  it('find the calls, flows and names of the intruder, and nothing else', () => {
    const [calls = '', role = '', flows = '', names = ''] = statements(athenaSql(HUNT));
    expect(rows(calls).map((row) => row['eventName'])).toEqual(['GetObject']);
    expect(rows(role).map((row) => row['sourceIPAddress'])).toEqual(['192.0.2.1']);
    expect(rows(flows)).toMatchObject([{ interface_id: 'eni-1', bytes: 9 }]);
    expect(rows(names).map((row) => row['query_name'])).toEqual(['Evil.example.', 'x.evil.example.']);
  });

  it('ask CloudTrail Lake the same', () => {
    const lake = cloudTrailLakeSql(HUNT).replaceAll('EVENT_DATA_STORE\n', 'cloudtrail_logs\n');
    const [calls = '', role = ''] = statements(lake);
    expect(rows(calls)).toHaveLength(1);
    expect(rows(role)).toHaveLength(1);
  });

  it('ask AWS Config for the kin of the suspect, quotes doubled', () => {
    const queries = statements(configSql(HUNT));
    expect(queries).toHaveLength(4);
    expect(queries[0]).toContain("configuration.imageId = 'ami-0c1d2e3f4a5b6c7d8'");
    expect(queries[3]).toContain("tags.value = 'shop''front'");
  });

  it('leave out what is not known, and never end a comment early', () => {
    const bare = { ...HUNT, indicators: [], kin: {} };
    expect(statements(athenaSql(bare))).toEqual([]);
    expect(statements(configSql(bare))).toEqual([]);
    for (const line of athenaSql(HUNT).split('\n').slice(0, 1)) expect(line).toMatch(/^-- /);
  });
});

describe('hunts in osquery', () => {
  const queries = (osqueryPack(HUNT) as { queries: { [name: string]: { query: string } } }).queries;
  const database = new DatabaseSync(':memory:');
  database.exec(`
    CREATE TABLE file (path, size, mode, uid, mtime, ctime); CREATE TABLE hash (path, directory, sha256);
    CREATE TABLE processes (pid, name, path, cmdline); CREATE TABLE users (username, uid, gid, directory, shell);
    CREATE TABLE process_open_sockets (pid, remote_address, remote_port); CREATE TABLE last (username, tty, host, time);
  `);
  const insert = database.prepare('INSERT INTO file VALUES (?, 0, 0, 0, 0, 0)');
  for (const path of [...EVIL, '/tmp/100%X*?.sh', '/etc/passwd']) insert.run(path);
  database.exec(`INSERT INTO users VALUES ('o''brien', 1, 1, '', ''), ('root', 0, 0, '', '');
    INSERT INTO processes VALUES (1, 'a', '/tmp/a', ''), (2, 'b', '/tmp/b', '');
    INSERT INTO hash VALUES ('/tmp/a', '/tmp', '${SHA}'), ('/tmp/b', '/tmp', 'x');
    INSERT INTO process_open_sockets VALUES (1, '203.0.113.66', 3333), (2, '203.0.113.6', 1)`);
  const rows = (name: string) => database.prepare(queries[`cordon_${name}`]?.query ?? '').all();

  it('find exactly the files that were named, whatever they are called', () => {
    // What spans lines is a trap for whoever pastes it: it stands in the indicators, and in no query.
    expect(rows('files').map(({ path }) => path)).toEqual(EVIL.filter((path) => !path.includes('\n')));
  });

  it('find programs, peers and accounts', () => {
    expect(rows('programs').map(({ pid }) => pid)).toEqual([1]);
    expect(rows('digests').map(({ path }) => path)).toEqual(['/tmp/a']);
    expect(rows('peers').map(({ pid }) => pid)).toEqual([1]);
    expect(rows('accounts').map(({ username }) => username)).toEqual(["o'brien"]);
    expect(rows('logins')).toEqual([]);
  });
});

describe('hunts in Sigma', () => {
  const { rules, errors, fields } = loadSigmaRules([{ file: 'sigma.yml', text: huntSigma(HUNT) }]);

  it('are rules without an error, each with an id that stays', () => {
    expect(errors).toEqual([]);
    expect(rules).toHaveLength(7);
    expect(huntSigma(HUNT)).toBe(huntSigma(HUNT));
  });

  it('find files of odd names as they are written, with no wildcard in them', () => {
    const set = new RuleSet(rules, fields);
    const hit = (path: string) => set.match({ TargetFilename: path }).map(({ title }) => title);
    for (const path of EVIL.filter((each) => !each.includes('\n')))
      expect(hit(path)).toContain('File of the intruder written');
    expect(hit('/tmp/100%_abc.sh')).toEqual([]);
  });
});

const hasYara = spawnSync('yara', ['--version']).status === 0;

describe.skipIf(!hasYara)('hunts in YARA, read by yara', () => {
  let folder = '';
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'cordon-yara-'));
    writeFileSync(join(folder, 'rules.yar'), huntYara({ ...HUNT, indicators: indicators() }));
    writeFileSync(join(folder, 'named'), 'pool=203.0.113.66:3333');
    writeFileSync(join(folder, 'other'), 'pool=203.0.113.667');
    writeFileSync(join(folder, 'same'), 'the same bytes');
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const indicators = (): Hunt['indicators'] => [
    ...HUNT.indicators.filter(({ type }) => type !== 'sha256'),
    { type: 'domain', value: 'odd"\\}.example' },
    // sha256sum of `the same bytes`
    {
      type: 'sha256',
      value: execFileSync('sha256sum', { input: 'the same bytes', encoding: 'utf8' }).slice(0, 64),
    },
  ];
  const hits = (file: string) =>
    execFileSync('yara', [join(folder, 'rules.yar'), join(folder, file)], { encoding: 'utf8' });

  it('find the same bytes and the same names', () => {
    expect(hits('same')).toContain('cordon_same_bytes');
    expect(hits('named')).toContain('cordon_names_intruder');
    expect(hits('other')).toBe('');
  });
});

it('all hunts are there with nothing to hunt for', () => {
  for (const { file, body } of huntFiles({ ...HUNT, indicators: [], kin: {} })) {
    expect(file).toMatch(/^hunt\/[A-Za-z.-]+$/);
    expect(typeof body).toBe('string');
  }
});
