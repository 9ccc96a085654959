import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { wtmpRows } from '../../src/parsers/login-databases.js';
import { Database } from '../../src/parsers/sqlite/database.js';
import { UnusableLog, WriteAheadLog } from '../../src/parsers/sqlite/write-ahead-log.js';
import { sealed } from './sealed-log.js';

// Node's own engine writes the logs and is the oracle: it reads the same two files, and recovers what they hold.
const engine = await import('node:sqlite').catch(() => undefined);
const folder = mkdtempSync(join(tmpdir(), 'cordon-wal-'));
afterAll(() => rmSync(folder, { recursive: true }));
let made = 0;

interface Files {
  readonly bytes: Buffer;
  readonly log: Buffer;
}

function open(path: string) {
  if (engine === undefined) throw new Error('no engine');
  return new engine.DatabaseSync(path);
}

/** A database that keeps its log, as it is while a service has it open. */
function logged(...settings: readonly string[]) {
  made += 1;
  const path = join(folder, `${made}.db`);
  const db = open(path);
  for (const one of ['page_size = 512', ...settings, 'journal_mode = WAL', 'wal_autocheckpoint = 0'])
    db.exec(`PRAGMA ${one}`);
  db.exec('CREATE TABLE t(id INTEGER PRIMARY KEY, a TEXT)');
  const files = (): Files => ({ bytes: readFileSync(path), log: readFileSync(`${path}-wal`) });
  return { db, files };
}

function theirs({ bytes, log }: Files): readonly unknown[] {
  made += 1;
  const path = join(folder, `${made}.db`);
  writeFileSync(path, bytes);
  writeFileSync(`${path}-wal`, log);
  const db = open(path);
  const isMade = db.prepare("SELECT 1 FROM sqlite_master WHERE name = 't'").get() !== undefined;
  const rows = isMade ? db.prepare('SELECT id, a FROM t ORDER BY id').all() : [];
  db.close();
  return rows.map((row) => [row['id'], row['a']]);
}

function ours({ bytes, log }: Files): readonly unknown[] {
  return [...new Database(bytes, new WriteAheadLog(log)).rows('t')].map((row) => [
    row.rowId,
    row.column('a'),
  ]);
}

describe.runIf(engine !== undefined)('a write-ahead log', () => {
  it('holds what was written since the last checkpoint, as the engine reads it', () => {
    const text = fc.string({ maxLength: 900 });
    const step = fc.oneof(
      fc.record({ insert: fc.array(text, { maxLength: 30 }) }),
      fc.record({ delete: fc.nat(60) }),
      fc.record({ checkpoint: fc.constantFrom('PASSIVE', 'RESTART', 'TRUNCATE') }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 12 }), (steps) => {
        const { db, files } = logged('synchronous = OFF');
        const insert = db.prepare('INSERT INTO t (a) VALUES (?)');
        for (const one of steps) {
          if ('checkpoint' in one) db.exec(`PRAGMA wal_checkpoint(${one.checkpoint})`);
          else {
            db.exec('BEGIN');
            if ('delete' in one) db.exec(`DELETE FROM t WHERE id % 61 > ${one.delete}`);
            else for (const value of one.insert) insert.run(value);
            db.exec('COMMIT');
          }
        }
        db.exec("INSERT INTO t (a) VALUES ('last')");
        const now = files();
        const rows = ours(now);
        expect(rows).toEqual(theirs(now));
        expect(rows.length).toBeGreaterThan(0);
        db.close();
      }),
      { numRuns: 40 },
    );
  });

  it('ends where it was cut off, at the last commit before that', () => {
    const { db, files } = logged('synchronous = OFF');
    for (let at = 0; at < 30; at += 1) db.exec(`INSERT INTO t (a) VALUES ('${'x'.repeat(at * 17)}')`);
    const { bytes, log } = files();
    fc.assert(
      fc.property(fc.integer({ min: 4000, max: log.length }), (length) => {
        const cut = { bytes, log: log.subarray(0, length) };
        const rows = theirs(cut);
        expect(rows.length > 0 || length < 8000).toBe(true);
        expect(ours(cut)).toEqual(rows);
      }),
      { numRuns: 40 },
    );
    db.close();
  });

  it('is not believed where a byte of it has changed', () => {
    const { db, files } = logged('synchronous = OFF');
    for (let at = 0; at < 20; at += 1) db.exec(`INSERT INTO t (a) VALUES ('row ${at}')`);
    const { bytes, log } = files();
    fc.assert(
      fc.property(fc.integer({ min: 5000, max: log.length - 1 }), (at) => {
        const changed = Buffer.from(log);
        changed[at] = (changed[at] ?? 0) ^ 0x41;
        expect(ours({ bytes, log: changed })).toEqual(theirs({ bytes, log: changed }));
      }),
      { numRuns: 40 },
    );
    db.close();
  });

  it('holds nothing of a transaction that is still open', () => {
    const { db, files } = logged('cache_size = 5');
    db.exec("INSERT INTO t (a) VALUES ('done')");
    const before = files().log.length;
    db.exec('BEGIN');
    for (let at = 0; at < 200; at += 1) db.exec(`INSERT INTO t (a) VALUES ('open ${'y'.repeat(200)}')`);
    const now = files();
    expect(now.log.length).toBeGreaterThan(before + 10_000);
    expect(ours(now)).toEqual([[1, 'done']]);
    db.exec('ROLLBACK');
    db.close();
  });

  it('of another database, or none, is refused by name, and the database is read without an empty one', () => {
    const { db, files } = logged();
    const other = logged('page_size = 4096').files();
    const { bytes } = files();
    expect(() => new WriteAheadLog(bytes)).toThrow(UnusableLog);
    expect(() => new Database(files().bytes, new WriteAheadLog(other.log))).toThrow(UnusableLog);
    db.exec('PRAGMA wal_checkpoint(TRUNCATE)');
    expect([...wtmpRows(files())]).toEqual([]);
    db.close();
  });

  it('that is sealed anew is the same, when nothing was changed', () => {
    const { db, files } = logged();
    db.exec("INSERT INTO t (a) VALUES ('x')");
    const { log } = files();
    expect(sealed(log).equals(log)).toBe(true);
    db.close();
  });
});
