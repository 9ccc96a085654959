import { type AuditRecord, argumentsOf } from './audit-record.js';

/** What one system call, or one program's message, left in the audit log: its records put together. */
export interface AuditEvent {
  readonly atMs: number;
  readonly serial: number;
  /** 1-based, of its first record. */
  readonly line: number;
  readonly types: readonly string[];
  /** Of all its records but EXECVE; where two have a field of one name, the first. */
  readonly fields: ReadonlyMap<string, string>;
  /** Of the program that was started; undefined when none was. */
  readonly argv: readonly string[] | undefined;
}

interface Pending {
  readonly atMs: number;
  readonly serial: number;
  readonly line: number;
  readonly types: string[];
  readonly fields: Map<string, string>;
  /** Apart: `a0` of the system call is a pointer. */
  readonly execve: Map<string, string>;
}

/** Events that overlap: as many as CPUs write at once, and some more. */
const MOST_OPEN = 64;
/** Of one event: PATH records of a long command. */
const MOST_RECORDS = 1000;

function eventOf({ execve, ...rest }: Pending): AuditEvent {
  return { ...rest, argv: rest.types.includes('EXECVE') ? argumentsOf(execve) : undefined };
}

/** Puts the records of an audit log together to events: those of one event may lie among those of others. */
export class AuditEvents {
  readonly #open = new Map<string, Pending>();

  constructor(private readonly tell: (event: AuditEvent) => void) {}

  add({ type, atMs, serial, fields }: AuditRecord, line: number): void {
    // A serial begins anew at boot.
    const key = `${atMs}:${serial}`;
    const event: Pending = this.#open.get(key) ?? {
      atMs,
      serial,
      line,
      types: [],
      fields: new Map(),
      execve: new Map(),
    };
    this.#open.set(key, event);
    if (event.types.length < MOST_RECORDS) {
      event.types.push(type);
      const into = type === 'EXECVE' ? event.execve : event.fields;
      for (const [name, value] of fields) if (!into.has(name)) into.set(name, value);
    }
    if (type === 'EOE') this.#close(key);
    const [oldest] = this.#open.keys();
    if (this.#open.size > MOST_OPEN && oldest !== undefined) this.#close(oldest);
  }

  end(): void {
    for (const key of [...this.#open.keys()]) this.#close(key);
  }

  #close(key: string): void {
    const event = this.#open.get(key);
    this.#open.delete(key);
    if (event !== undefined) this.tell(eventOf(event));
  }
}
