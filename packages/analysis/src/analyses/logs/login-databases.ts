import type { HostFile, Visitor } from '../../engine/analysis.js';
import type { Reporter } from '../../engine/reporter.js';
import type { LoginDatabase } from '../../parsers/login-databases.js';
import { UnusableLog } from '../../parsers/sqlite/write-ahead-log.js';

const LOG = /-wal$/;
const MOST_BYTES = 64 * 1024 * 1024;
/** Of what waits for the other half of its pair. */
const MOST_KEPT_BYTES = 64 * 1024 * 1024;

export interface LoginDatabasesOptions {
  readonly isDatabase: (name: string) => boolean;
  /** May throw. */
  readonly read: (database: LoginDatabase, file: HostFile) => void;
}

interface Pair {
  database?: { readonly file: HostFile; readonly bytes: Buffer };
  log?: { readonly file: HostFile; readonly bytes: Buffer };
}

/**
 * Databases and their write-ahead logs, which a walk may meet in either order: a database is read when its log has come,
 * or after the walk.
 */
export class LoginDatabases {
  readonly #waiting = new Map<string, Pair>();
  #keptBytes = 0;

  constructor(
    private readonly reporter: Reporter,
    private readonly options: LoginDatabasesOptions,
  ) {}

  visit(file: HostFile): Visitor | undefined {
    const isLog = LOG.test(file.name);
    const name = file.name.replace(LOG, '');
    if (!this.options.isDatabase(name)) return undefined;
    return {
      wants: 'whole',
      limitBytes: MOST_BYTES,
      whole: (given, complete) => {
        if (!complete) this.reporter.notice('FILE_READ_IN_PART', `${file.hostPath} is cut`, file.path);
        const bytes = Buffer.from(given.buffer, given.byteOffset, given.byteLength);
        this.#came(name, isLog ? { log: { file, bytes } } : { database: { file, bytes } });
      },
    };
  }

  finish(): void {
    for (const name of [...this.#waiting.keys()]) this.#settle(name);
  }

  #came(name: string, half: Pair): void {
    const before = this.#waiting.get(name);
    // Another of its name: what waits has no partner.
    if ((before?.log && half.log) || (before?.database && half.database)) this.#settle(name);
    const pair = { ...this.#waiting.get(name), ...half };
    this.#waiting.set(name, pair);
    this.#keptBytes += (half.log ?? half.database)?.bytes.length ?? 0;
    if ((pair.log && pair.database) || this.#keptBytes > MOST_KEPT_BYTES) this.#settle(name);
  }

  #settle(name: string): void {
    const { database, log } = this.#waiting.get(name) ?? {};
    this.#waiting.delete(name);
    this.#keptBytes -= (database?.bytes.length ?? 0) + (log?.bytes.length ?? 0);
    if (database !== undefined) this.#read(database, log);
    else if (log !== undefined)
      this.reporter.notice(
        'DATABASE_DAMAGED',
        `${log.file.hostPath} has no database beside it`,
        log.file.path,
      );
  }

  #read({ file, bytes }: NonNullable<Pair['database']>, log: Pair['log']): void {
    try {
      this.options.read({ bytes, log: log?.bytes }, file);
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      this.reporter.notice('DATABASE_DAMAGED', message, file.path);
      if (error instanceof UnusableLog) this.#read({ file, bytes }, undefined);
    }
  }
}
