import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { lastlogRows, wtmpRows } from '../../src/parsers/login-databases.js';
import { Database } from '../../src/parsers/sqlite/database.js';
import { DamagedDatabase } from '../../src/parsers/sqlite/record.js';

// Node's own engine makes the databases and is the oracle; it came with Node 22.5, and without a flag later.
const engine = await import('node:sqlite').catch(() => undefined);
const folder = mkdtempSync(join(tmpdir(), 'cordon-sqlite-'));
afterAll(() => rmSync(folder, { recursive: true }));
let made = 0;

function database(...statements: readonly string[]) {
  if (engine === undefined) throw new Error('no engine');
  made += 1;
  const path = join(folder, `${made}.db`);
  const db = new engine.DatabaseSync(path);
  for (const statement of statements) db.exec(statement);
  return { db, bytes: () => readFileSync(path) };
}

/** As wtmpdb 0.7 and util-linux 2.40 make them. */
const WTMP =
  'CREATE TABLE IF NOT EXISTS wtmp(ID INTEGER PRIMARY KEY, Type INTEGER, User TEXT NOT NULL, Login INTEGER, Logout INTEGER, TTY TEXT, RemoteHost TEXT, Service TEXT) STRICT;';
const LASTLOG =
  'CREATE TABLE IF NOT EXISTS Lastlog2(Name TEXT PRIMARY KEY, Time INTEGER, TTY TEXT, RemoteHost TEXT, Service TEXT);';

describe.runIf(engine !== undefined)('a database of logins', () => {
  it('tells sessions as the engine reads them, also many, of many pages', () => {
    const { db, bytes } = database('PRAGMA page_size = 512', WTMP);
    const insert = db.prepare(
      'INSERT INTO wtmp (Type, User, Login, Logout, TTY, RemoteHost, Service) VALUES (?, ?, ?, ?, ?, ?, ?)',
    );
    db.exec('BEGIN');
    for (let at = 0; at < 5000; at += 1)
      insert.run(
        at % 50 === 0 ? 1 : 3,
        `grüße${at}`,
        1_763_608_312_000_000 + at * 1_000_000,
        at % 3 === 0 ? null : 1_763_700_000_000_000,
        `pts/${at % 9}`,
        '198.51.100.7',
        at % 2 === 0 ? 'sshd' : null,
      );
    db.exec('COMMIT');
    const theirs = db.prepare('SELECT * FROM wtmp ORDER BY ID').all();
    const ours = [...wtmpRows({ bytes: bytes() })];
    expect(
      ours.map(({ rowId, type, user, atMs, logoutMs, line, host, service }) => [
        rowId,
        type,
        user,
        atMs,
        logoutMs,
        line,
        host,
        service,
      ]),
    ).toEqual(
      theirs.map((row) => [
        row['ID'],
        row['Type'] === 1 ? 'boot' : 'login',
        row['User'],
        Math.floor(Number(row['Login']) / 1000),
        row['Logout'] === null ? undefined : Math.floor(Number(row['Logout']) / 1000),
        row['TTY'],
        row['RemoteHost'],
        row['Service'] ?? '',
      ]),
    );
  });

  it('tells the last login of each account', () => {
    const { bytes } = database(
      LASTLOG,
      "INSERT INTO Lastlog2 VALUES ('root', 1763608312, 'pts/0', '198.51.100.7', 'sshd')",
    );
    expect([...lastlogRows({ bytes: bytes() })]).toEqual([
      {
        type: 'login',
        user: 'root',
        line: 'pts/0',
        host: '198.51.100.7',
        service: 'sshd',
        atMs: 1_763_608_312_000,
        logoutMs: undefined,
        rowId: 1,
      },
    ]);
  });

  it.each(['UTF-8', 'UTF-16le'])(
    'reads every kind of value, and rows that go on over pages, in %s',
    (encoding) => {
      const { db, bytes } = database(
        `PRAGMA encoding = '${encoding}'`,
        'CREATE TABLE t(id INTEGER PRIMARY KEY, a, b)',
      );
      const insert = db.prepare('INSERT INTO t (a, b) VALUES (?, ?)');
      const values = fc.array(
        fc.tuple(
          fc.oneof(
            fc.integer(),
            fc.maxSafeInteger(),
            fc.double({ noNaN: true }),
            fc.string({ maxLength: 9000 }),
            fc.constant(null),
          ),
          fc.uint8Array({ maxLength: 9000 }),
        ),
        { maxLength: 20 },
      );
      fc.assert(
        fc.property(values, (rows) => {
          db.exec('DELETE FROM t');
          for (const [a, b] of rows) insert.run(a, b);
          const theirs = db.prepare('SELECT a, b FROM t ORDER BY id').all();
          const ours = [...new Database(bytes()).rows('T')].map((row) => [row.column('a'), row.column('b')]);
          expect(ours).toEqual(theirs.map(({ a, b }) => [a, Buffer.from(b as Uint8Array)])); // a BLOB column
        }),
        { numRuns: 30 },
      );
    },
  );

  it('that is damaged ends, and never throws anything but that it is', () => {
    const { db, bytes } = database('PRAGMA page_size = 512', WTMP);
    for (let at = 0; at < 200; at += 1)
      db.exec(`INSERT INTO wtmp (Type, User, Login) VALUES (3, 'user${at}', ${at})`);
    const whole = bytes();
    const change = fc.tuple(fc.nat(whole.length - 1), fc.integer({ min: 0, max: 255 }));
    fc.assert(
      fc.property(
        fc.array(change, { minLength: 1, maxLength: 30 }),
        fc.nat(whole.length),
        (changes, length) => {
          const broken = Buffer.from(whole.subarray(0, length));
          for (const [at, value] of changes) if (at < length) broken[at] = value;
          try {
            expect([...wtmpRows({ bytes: broken })].length).toBeLessThan(20_000);
          } catch (error) {
            expect(error).toBeInstanceOf(DamagedDatabase);
          }
        },
      ),
      { numRuns: 500 },
    );
  });
});
