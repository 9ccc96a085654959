/** One line of the kernel's audit log, as auditd writes it. */
export interface AuditRecord {
  /** `EXECVE`, `SYSCALL`, `USER_LOGIN`. */
  readonly type: string;
  /** Milliseconds since the epoch, UTC. */
  readonly atMs: number;
  /** The same for all records of one event. */
  readonly serial: number;
  /** Values as they were before they were quoted or written as hex; of `msg='...'` what is in it. */
  readonly fields: ReadonlyMap<string, string>;
}

const HEAD =
  /^(?:node=\S{1,255} )?type=([A-Z][A-Z0-9_]{1,40}) msg=audit\((\d{1,12})\.(\d{1,3}):(\d{1,12})\): ?/;
/** A name, and a value that is quoted or ends at a blank. */
const FIELD = /([A-Za-z][\w-]{0,40}(?:\[\d{1,6}\])?)=(?:"([^"]*)"|'([^']*)'|(\S*))/g;
/** What follows is the same once more, with names for numbers: written where log_format is ENRICHED. */
const ENRICHED = '\u001d';
/** Fields that the kernel writes as hex when a byte in them is a blank, a quote or no letter (auparse). */
const ENCODED =
  /^(?:a\d{1,6}(?:\[\d{1,6}\])?|acct|cmd|comm|cwd|data|dir|exe|file|key|name|new|ocomm|old|path|proctitle|watch)$/;
const HEX = /^(?:[0-9A-F]{2})+$/;

function decoded(name: string, value: string): string {
  if (!ENCODED.test(name) || !HEX.test(value)) return value;
  return Buffer.from(value, 'hex').toString('utf8');
}

/** Earlier fields win: `msg='... exe=...'` stands behind those that the kernel itself vouches for. */
function collect(text: string, fields: Map<string, string>): void {
  for (const [, name = '', quoted, inner, bare] of text.matchAll(FIELD)) {
    if (inner !== undefined && name === 'msg') collect(inner, fields);
    else if (!fields.has(name)) fields.set(name, quoted ?? inner ?? decoded(name, bare ?? ''));
  }
}

/** A line of `audit.log`; undefined for what is none. */
export function parseAuditRecord(text: string): AuditRecord | undefined {
  const head = HEAD.exec(text);
  if (head === null) return undefined;
  const [all, type = '', seconds, millis = '', serial] = head;
  const fields = new Map<string, string>();
  for (const part of text.slice(all.length).split(ENRICHED)) collect(part, fields);
  return {
    type,
    atMs: Number(seconds) * 1000 + Number(millis.padEnd(3, '0')),
    serial: Number(serial),
    fields,
  };
}

const MOST_ARGUMENTS = 4096;
const MOST_CHARACTERS = 65_536;

/** One argument, which the kernel cuts into `a1[0]`, `a1[1]` when it is long. */
function argument(fields: ReadonlyMap<string, string>, index: number): string {
  const whole = fields.get(`a${index}`);
  if (whole !== undefined) return whole;
  const pieces: string[] = [];
  for (let piece = 0; ; piece += 1) {
    const text = fields.get(`a${index}[${piece}]`);
    if (text === undefined) return pieces.join('');
    pieces.push(text);
  }
}

/** The arguments of an EXECVE record, or of several of one event put together; bounded. */
export function argumentsOf(fields: ReadonlyMap<string, string>): readonly string[] {
  const count = Math.min(Number(fields.get('argc') ?? 0) || 0, MOST_ARGUMENTS);
  const words: string[] = [];
  let characters = 0;
  for (let index = 0; index < count && characters < MOST_CHARACTERS; index += 1) {
    const word = argument(fields, index);
    characters += word.length;
    words.push(word);
  }
  return words;
}
