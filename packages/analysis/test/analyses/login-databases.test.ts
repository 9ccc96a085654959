import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { resultsOf } from './run.js';

const engine = await import('node:sqlite').catch(() => undefined);
const PATH = 'fs/var/lib/wtmpdb/wtmp.db';

/** Two sessions in the database, two that only its log has yet. */
function sessions(): { readonly database: Buffer; readonly log: Buffer } {
  if (engine === undefined) throw new Error('no engine');
  const folder = mkdtempSync(join(tmpdir(), 'cordon-logins-'));
  const path = join(folder, 'wtmp.db');
  const db = new engine.DatabaseSync(path);
  db.exec('PRAGMA journal_mode = WAL; PRAGMA wal_autocheckpoint = 0');
  db.exec(
    'CREATE TABLE wtmp(ID INTEGER PRIMARY KEY, Type INTEGER, User TEXT NOT NULL, Login INTEGER, TTY TEXT, RemoteHost TEXT)',
  );
  const login = (user: string, at: string) =>
    db.exec(
      `INSERT INTO wtmp (Type, User, Login, TTY, RemoteHost) VALUES (3, '${user}', ${Date.parse(at) * 1000}, 'pts/0', '198.51.100.7')`,
    );
  login('ana', '2026-11-20T01:00:00Z');
  login('ben', '2026-11-20T02:00:00Z');
  db.exec('PRAGMA wal_checkpoint(RESTART)');
  login('cleo', '2026-11-20T03:00:00Z');
  login('dora', '2026-11-20T04:00:00Z');
  const files = { database: readFileSync(path), log: readFileSync(`${path}-wal`) };
  db.close();
  rmSync(folder, { recursive: true });
  return files;
}

async function read(files: { readonly [path: string]: Uint8Array }) {
  const { events, notices } = await resultsOf(files);
  return {
    users: events.flatMap(({ kind, entity }) => (kind === 'login.login' ? [entity] : [])),
    notices: notices.map(({ code, path }) => `${code} ${path}`),
  };
}

describe.runIf(engine !== undefined)('a database of logins in the evidence', () => {
  const { database, log } = engine === undefined ? { database: Buffer.of(), log: Buffer.of() } : sessions();
  const all = ['user:ana', 'user:ben', 'user:cleo', 'user:dora'];

  it('is read with the log beside it, whichever comes first', async () => {
    const after = await read({ [PATH]: database, [`${PATH}-wal`]: log });
    const before = await read({ [`${PATH}-wal`]: log, [PATH]: database });
    expect(after).toEqual({ users: all, notices: [] });
    expect(before).toEqual(after);
  });

  it('is read alone, also beside a log that is empty or none', async () => {
    const alone = await read({ [PATH]: database });
    expect(alone).toEqual({ users: ['user:ana', 'user:ben'], notices: [] });
    expect(await read({ [PATH]: database, [`${PATH}-wal`]: Buffer.of() })).toEqual(alone);
    expect(await read({ [PATH]: database, [`${PATH}-wal`]: Buffer.alloc(4096, 7) })).toEqual({
      users: alone.users,
      notices: [`DATABASE_DAMAGED ${PATH}`],
    });
  });

  it('that is gone is told where its log is still there', async () => {
    expect(await read({ [`${PATH}-wal`]: log })).toEqual({
      users: [],
      notices: [`DATABASE_DAMAGED ${PATH}-wal`],
    });
  });
});
