import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { lastlogRows, wtmpRows } from '../../src/parsers/login-databases.js';
import type { FuzzTarget } from './targets.js';

/** A database as Node's own engine writes it: where the engine is older there is none to begin with. */
async function database(...statements: readonly string[]): Promise<Buffer | undefined> {
  const engine = await import('node:sqlite').catch(() => undefined);
  if (engine === undefined) return undefined;
  const { mkdtempSync, rmSync } = await import('node:fs');
  const folder = mkdtempSync('/tmp/cordon-fuzz-');
  const path = join(folder, 'x.db');
  const db = new engine.DatabaseSync(path);
  for (const statement of ['PRAGMA page_size = 512', ...statements]) db.exec(statement);
  db.close();
  const bytes = readFileSync(path);
  rmSync(folder, { recursive: true });
  return bytes;
}

/** The databases of logins. */
export async function databases(): Promise<readonly FuzzTarget[]> {
  const rows = Array.from(
    { length: 60 },
    (_, at) => `(3, 'user${at}', ${at}, 'pts/${at}', '198.51.100.7')`,
  ).join(', ');
  const wtmp = await database(
    'CREATE TABLE wtmp(ID INTEGER PRIMARY KEY, Type INTEGER, User TEXT NOT NULL, Login INTEGER, TTY TEXT, RemoteHost TEXT)',
    `INSERT INTO wtmp (Type, User, Login, TTY, RemoteHost) VALUES ${rows}`,
  );
  const lastlog = await database(
    'CREATE TABLE Lastlog2(Name TEXT PRIMARY KEY, Time INTEGER, TTY TEXT, RemoteHost TEXT, Service TEXT)',
    "INSERT INTO Lastlog2 VALUES ('root', 1, 'pts/0', 'x', 'sshd')",
  );
  const throws = ['DamagedDatabase'];
  return [
    ...(wtmp === undefined
      ? []
      : [{ name: 'wtmp.db', seed: wtmp, run: (bytes: Buffer) => [...wtmpRows(bytes)], throws }]),
    ...(lastlog === undefined
      ? []
      : [{ name: 'lastlog2.db', seed: lastlog, run: (bytes: Buffer) => [...lastlogRows(bytes)], throws }]),
  ];
}
