import type { Analysis, HostFile, Visitor } from '../../engine/analysis.js';
import { isCompressedLog } from '../../engine/host-file.js';
import { type Place, Reporter } from '../../engine/reporter.js';
import { LastlogParser, lastlogRecordBytes } from '../../parsers/lastlog.js';
import { type LoginDatabase, type LoginRow, lastlogRows, wtmpRows } from '../../parsers/login-databases.js';
import { type LoginRecord, LoginRecordParser, loginRecordBytes } from '../../parsers/login-records.js';
import { LoginBook } from './login-book.js';
import { LoginDatabases } from './login-databases.js';
import { ERASED } from './login-rules.js';
import { UnwrittenEnds } from './unwritten-ends.js';

const WTMP = /^\/var\/log\/wtmp(?:[.-]\d{1,8})?$/;
const BTMP = /^\/var\/log\/btmp(?:[.-]\d{1,8})?$/;
const LASTLOG = '/var/log/lastlog';
const WTMP_DB = /^\/var\/(?:lib\/wtmpdb|log)\/wtmp\.db$/;
const LASTLOG_DB = /^\/var\/lib\/lastlog\/lastlog2\.db$/;
const MAX_EVENTS = 20_000;
const MOST_WHOLE_BYTES = 64 * 1024 * 1024;
const MOST_GAPS = 12;

/**
 * wtmp, btmp, lastlog and the databases that take their places: who logged in, as a timeline; logins of the finding's
 * addresses, or after many refusals; records that were erased, or that only one of them has.
 */
export function loginRecordAnalysis(): Analysis {
  return {
    id: 'logs.login-records',
    begin(context, output) {
      const reporter = new Reporter(context, output);
      const reader = new LoginReader(reporter);
      return {
        visit(file) {
          reader.ends.saw(file);
          return file.type === 'file' ? reader.visit(file) : undefined;
        },
        finish: () => reader.finish(),
      };
    },
  };
}

interface Records {
  /** How long the records are, only the size of the whole file tells. */
  readonly begin: (sizeBytes: number) => { push(chunk: Uint8Array): void };
  readonly end?: () => void;
}

/** Of a file that is packed the size is known only when it is unpacked: rotated ones are small. */
function recordVisitor(file: HostFile, { begin, end }: Records): Visitor {
  if (!isCompressedLog(file)) {
    const parser = begin(file.sizeBytes);
    return { wants: 'chunks', chunk: (bytes) => parser.push(bytes), end: () => end?.() };
  }
  return {
    wants: 'whole',
    limitBytes: MOST_WHOLE_BYTES,
    whole(bytes) {
      begin(bytes.length).push(bytes);
      end?.();
    },
  };
}

class LoginReader {
  readonly book: LoginBook;
  readonly ends = new UnwrittenEnds();
  readonly #zeros: { readonly file: HostFile; readonly places: readonly number[]; readonly bytes: number }[] =
    [];
  readonly #databases: LoginDatabases;
  #told = 0;

  constructor(private readonly reporter: Reporter) {
    this.book = new LoginBook(reporter);
    this.#databases = new LoginDatabases(reporter, {
      isDatabase: (name) => WTMP_DB.test(name) || LASTLOG_DB.test(name),
      read: (database, file) => this.#read(database, file),
    });
  }

  visit(file: HostFile): Visitor | undefined {
    if (WTMP.test(file.name)) return this.#wtmp(file);
    if (BTMP.test(file.name)) return this.#btmp(file);
    if (file.name === LASTLOG) return this.#lastlog(file);
    return this.#databases.visit(file);
  }

  finish(): void {
    for (const { file, places, bytes } of this.#zeros)
      if (this.ends.has(file, bytes)) this.#unwritten(file, places);
      else this.#erased(file, places);
    this.#databases.finish();
    this.book.finish();
  }

  #read(database: LoginDatabase, file: HostFile): void {
    if (WTMP_DB.test(file.name)) this.#wtmpRows(database, file);
    else this.#lastlogRows(database, file);
  }

  #wtmp(file: HostFile): Visitor {
    let logins = 0;
    let last = 0;
    let sizeBytes = 0;
    let parser: LoginRecordParser | undefined;
    return recordVisitor(file, {
      begin: (ofFile) => {
        sizeBytes = ofFile;
        parser = new LoginRecordParser(loginRecordBytes(sizeBytes), (record) => {
          const { type, offsetBytes } = record;
          last = offsetBytes;
          if (type !== 'login' && type !== 'boot') return;
          logins += 1;
          this.#seen(type, record, { path: file.path, offsetBytes });
        });
        return parser;
      },
      end: () => {
        const { emptyAt = [] } = parser ?? {};
        if (logins === 0) return;
        const [within, behind] = [emptyAt.filter((at) => at < last), emptyAt.filter((at) => at > last)];
        if (within.length > 0) this.#erased(file, within);
        if (behind.length > 0) this.#zeros.push({ file, places: behind, bytes: sizeBytes - last });
      },
    });
  }

  #btmp(file: HostFile): Visitor {
    const { path } = file;
    return recordVisitor(file, {
      begin: (sizeBytes) =>
        new LoginRecordParser(loginRecordBytes(sizeBytes), (record) =>
          this.book.refused({ ...record, where: { path, offsetBytes: record.offsetBytes } }),
        ),
    });
  }

  #lastlog(file: HostFile): Visitor {
    const { path } = file;
    return recordVisitor(file, {
      begin: (sizeBytes) =>
        new LastlogParser(lastlogRecordBytes(sizeBytes), ({ uid, offsetBytes, ...login }) =>
          this.book.last({ ...login, user: '', address: '', where: { path, offsetBytes } }, uid),
        ),
    });
  }

  #wtmpRows(database: LoginDatabase, { path, hostPath }: HostFile): void {
    const gaps: number[] = [];
    let before: number | undefined;
    for (const row of wtmpRows(database)) {
      if (before !== undefined && row.rowId > before + 1 && gaps.length < MOST_GAPS) gaps.push(before + 1);
      before = row.rowId;
      if (row.type !== 'other') this.#seen(row.type, { ...row, address: row.host }, { path });
    }
    if (gaps.length === 0) return;
    this.reporter.observe(ERASED, {
      title: `Sessions were deleted from ${hostPath}`,
      entity: `file:${hostPath}`,
      where: [{ path }],
      confidence: 0.85,
      reasons: gaps.map((gap) => `no session has the number ${gap}, and later ones have theirs`),
    });
  }

  #lastlogRows(database: LoginDatabase, { path }: HostFile): void {
    for (const row of lastlogRows(database))
      this.book.last({ ...row, address: row.host, where: { path } }, undefined);
  }

  #seen(
    type: 'login' | 'boot',
    login: Pick<LoginRecord & LoginRow, 'user' | 'line' | 'host' | 'atMs'> & { readonly address: string },
    where: Place,
  ): void {
    const { user, line, host, address, atMs } = login;
    this.#told += 1;
    if (this.#told <= MAX_EVENTS)
      this.reporter.event({
        atMs,
        what: type === 'boot' ? 'Boot' : 'Login',
        kind: `login.${type}`,
        message:
          type === 'boot'
            ? `the host booted (${host})`
            : `${user} logged in on ${line} from ${host || 'the console'}`,
        ...(type === 'boot' ? {} : { entity: `user:${user}` }),
        where,
      });
    if (type === 'login') this.book.login({ user, line, host, address, atMs, where });
  }

  #unwritten(file: HostFile, places: readonly number[]): void {
    this.reporter.observe(
      { ...ERASED, severity: 'low' },
      {
        title: `The last ${places.length} records of ${file.hostPath} are zeros`,
        entity: `file:${file.hostPath}`,
        where: places.map((offsetBytes) => ({ path: file.path, offsetBytes })),
        confidence: 0.3,
        reasons: ['the kernel had not written them out yet when the snapshot was taken, or they were erased'],
      },
    );
  }

  #erased(file: HostFile, places: readonly number[]): void {
    this.reporter.observe(ERASED, {
      title: `${places.length} records of ${file.hostPath} were overwritten with zeros`,
      entity: `file:${file.hostPath}`,
      where: places.map((offsetBytes) => ({ path: file.path, offsetBytes })),
      confidence: 0.8,
      reasons: ['tools that hide logins overwrite records in place'],
    });
  }
}
