import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { lastlogRows, wtmpRows } from '../../../src/parsers/login-databases.js';
import { sealed } from '../../parsers/sealed-log.js';
import type { FuzzTarget } from '../fuzz-target.js';

/** Where Node is older there is none to begin with. */
const engine = await import('node:sqlite').catch(() => undefined);

/** A database as Node's own engine writes it, or a file beside it while it is open. */
function whole(suffix: '' | '-wal', statements: readonly string[]): Buffer {
  const folder = mkdtempSync(join(tmpdir(), 'cordon-fuzz-'));
  try {
    const path = join(folder, 'x.db');
    const db = engine && new engine.DatabaseSync(path);
    for (const statement of ['PRAGMA page_size = 512', ...statements]) db?.exec(statement);
    const bytes = readFileSync(path + suffix);
    db?.close();
    return bytes;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const ROWS = Array.from(
  { length: 60 },
  (_, at) => `(3, 'user${at}', ${at}, 'pts/${at}', '198.51.100.7')`,
).join(', ');
const WTMP = [
  'CREATE TABLE wtmp(ID INTEGER PRIMARY KEY, Type INTEGER, User TEXT NOT NULL, Login INTEGER, TTY TEXT, RemoteHost TEXT)',
  `INSERT INTO wtmp (Type, User, Login, TTY, RemoteHost) VALUES ${ROWS}`,
];
const LASTLOG = [
  'CREATE TABLE Lastlog2(Name TEXT PRIMARY KEY, Time INTEGER, TTY TEXT, RemoteHost TEXT, Service TEXT)',
  "INSERT INTO Lastlog2 VALUES ('root', 1, 'pts/0', 'x', 'sshd')",
];

/** All of a database, since nothing has moved into it. */
function log(): Buffer {
  return whole('-wal', ['PRAGMA journal_mode = WAL', 'PRAGMA wal_autocheckpoint = 0', ...WTMP]);
}

const throws = ['DamagedDatabase'];

/** The databases of logins. */
export const targets: readonly FuzzTarget[] =
  engine === undefined
    ? []
    : [
        { name: 'wtmp.db', seed: () => whole('', WTMP), run: (bytes) => [...wtmpRows({ bytes })], throws },
        {
          name: 'lastlog2.db',
          seed: () => whole('', LASTLOG),
          run: (bytes) => [...lastlogRows({ bytes })],
          throws,
        },
        {
          name: 'wtmp.db-wal',
          seed: log,
          // What has wrong sums is not even looked at.
          run: (bytes) => [...wtmpRows({ bytes: Buffer.of(), log: sealed(bytes) })],
          throws: [...throws, 'UnusableLog'],
        },
      ];
