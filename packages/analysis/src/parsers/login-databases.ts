import { Database, type DatabaseRow } from './sqlite/database.js';
import { WriteAheadLog } from './sqlite/write-ahead-log.js';

/** A session of `wtmp.db`, or the last one of an account in `lastlog2.db`. */
export interface LoginRow {
  readonly type: 'boot' | 'login' | 'other';
  readonly user: string;
  readonly line: string;
  readonly host: string;
  readonly service: string;
  readonly atMs: number;
  readonly logoutMs: number | undefined;
  /** Counts up: where one is missing, a session was deleted. */
  readonly rowId: number;
}

const TYPES: { readonly [code: number]: LoginRow['type'] } = { 1: 'boot', 3: 'login' };
const MOST_ROWS = 500_000;

function textOf(row: DatabaseRow, name: string): string {
  const value = row.column(name);
  return typeof value === 'string' ? value : '';
}

function numberOf(row: DatabaseRow, name: string): number | undefined {
  const value = row.column(name);
  return typeof value === 'number' ? value : undefined;
}

function* limited<T>(rows: Iterable<T>): Generator<T> {
  let count = 0;
  for (const row of rows) {
    if (count >= MOST_ROWS) return;
    count += 1;
    yield row;
  }
}

/** A database, and its `-wal` file where there is one. */
export interface LoginDatabase {
  readonly bytes: Buffer;
  readonly log?: Buffer | undefined;
}

function open({ bytes, log }: LoginDatabase): Database {
  // A checkpoint that cut the log leaves it empty.
  const isUsed = log !== undefined && log.length > 0;
  return new Database(bytes, isUsed ? new WriteAheadLog(log) : undefined);
}

/**
 * `wtmp.db` of wtmpdb, which takes wtmp's place where time must pass 2038. Times are microseconds there.
 *
 * @throws DamagedDatabase; UnusableLog, before anything else
 */
export function* wtmpRows(database: LoginDatabase): Generator<LoginRow> {
  for (const row of limited(open(database).rows('wtmp'))) {
    const logout = numberOf(row, 'Logout');
    yield {
      type: TYPES[numberOf(row, 'Type') ?? 0] ?? 'other',
      user: textOf(row, 'User'),
      line: textOf(row, 'TTY'),
      host: textOf(row, 'RemoteHost'),
      service: textOf(row, 'Service'),
      atMs: Math.floor((numberOf(row, 'Login') ?? 0) / 1000),
      logoutMs: logout === undefined ? undefined : Math.floor(logout / 1000),
      rowId: row.rowId,
    };
  }
}

/**
 * `lastlog2.db`, which takes lastlog's place. Times are seconds there.
 *
 * @throws DamagedDatabase; UnusableLog, before anything else
 */
export function* lastlogRows(database: LoginDatabase): Generator<LoginRow> {
  for (const row of limited(open(database).rows('Lastlog2')))
    yield {
      type: 'login',
      user: textOf(row, 'Name'),
      line: textOf(row, 'TTY'),
      host: textOf(row, 'RemoteHost'),
      service: textOf(row, 'Service'),
      atMs: (numberOf(row, 'Time') ?? 0) * 1000,
      logoutMs: undefined,
      rowId: row.rowId,
    };
}
