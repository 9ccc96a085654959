import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { lastlogRows, wtmpRows } from '../../../src/parsers/login-databases.js';
import type { FuzzTarget } from '../fuzz-target.js';

/** Where Node is older there is none to begin with. */
const engine = await import('node:sqlite').catch(() => undefined);

/** A database as Node's own engine writes it. */
function database(...statements: readonly string[]): Buffer {
  const folder = mkdtempSync(join(tmpdir(), 'cordon-fuzz-'));
  try {
    const path = join(folder, 'x.db');
    if (engine !== undefined) {
      const db = new engine.DatabaseSync(path);
      for (const statement of ['PRAGMA page_size = 512', ...statements]) db.exec(statement);
      db.close();
    }
    return readFileSync(path);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function wtmp(): Buffer {
  const rows = Array.from(
    { length: 60 },
    (_, at) => `(3, 'user${at}', ${at}, 'pts/${at}', '198.51.100.7')`,
  ).join(', ');
  return database(
    'CREATE TABLE wtmp(ID INTEGER PRIMARY KEY, Type INTEGER, User TEXT NOT NULL, Login INTEGER, TTY TEXT, RemoteHost TEXT)',
    `INSERT INTO wtmp (Type, User, Login, TTY, RemoteHost) VALUES ${rows}`,
  );
}

function lastlog(): Buffer {
  return database(
    'CREATE TABLE Lastlog2(Name TEXT PRIMARY KEY, Time INTEGER, TTY TEXT, RemoteHost TEXT, Service TEXT)',
    "INSERT INTO Lastlog2 VALUES ('root', 1, 'pts/0', 'x', 'sshd')",
  );
}

const throws = ['DamagedDatabase'];

/** The databases of logins. */
export const targets: readonly FuzzTarget[] =
  engine === undefined
    ? []
    : [
        { name: 'wtmp.db', seed: wtmp, run: (bytes) => [...wtmpRows(bytes)], throws },
        { name: 'lastlog2.db', seed: lastlog, run: (bytes) => [...lastlogRows(bytes)], throws },
      ];
