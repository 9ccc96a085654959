import { daysBefore, later } from './log-lines.js';
import { ADMIN_ADDRESSES, INTRUDER, type Scene } from './scene.js';

interface LoginRecord {
  /** utmp(5): 2 boot, 7 user process, 8 dead process, 6 login. */
  readonly type: number;
  readonly pid: number;
  readonly line: string;
  readonly user: string;
  readonly host: string;
  readonly at: Date;
}

const RECORD_BYTES = 384;

/** struct utmp of x86-64: 384 bytes a record. */
function encode({ type, pid, line, user, host, at }: LoginRecord): Buffer {
  const record = Buffer.alloc(RECORD_BYTES);
  record.writeInt16LE(type, 0);
  record.writeInt32LE(pid, 4);
  record.write(line, 8, 32);
  record.write(line.slice(-4), 40, 4);
  record.write(user, 44, 32);
  record.write(host, 76, 256);
  record.writeInt32LE(Math.floor(at.getTime() / 1000), 340);
  const octets = host.split('.').map(Number);
  if (octets.length === 4)
    for (const [index, octet] of octets.entries()) record.writeUInt8(octet & 255, 348 + index);
  return record;
}

const logins = (records: readonly LoginRecord[]) => Buffer.concat(records.map(encode));

/** A server on the internet is guessed at, intruder or not. */
function guessesFrom(began: Date, intruder: Scene['intruder']): readonly LoginRecord[] {
  const present = intruder === 'present';
  return Array.from({ length: present ? 200 : 2 }, (_, index) => ({
    type: 6,
    pid: 60_000 + index,
    line: 'ssh:notty',
    user: 'deploy',
    host: present ? INTRUDER.bruteForcer : '192.0.2.77',
    at: later(began, index * 11),
  }));
}

/** wtmp and btmp. */
export function paintLoginRecords({ draft, times, random, intruder }: Scene): void {
  const boot: LoginRecord = {
    type: 2,
    pid: 0,
    line: '~',
    user: 'reboot',
    host: '6.1.0-28-cloud-amd64',
    at: times.boot,
  };
  const days = Array.from({ length: 20 }, (_, index) => daysBefore(times.findingAt, 20 - index));
  const work = days.flatMap((day, index): readonly LoginRecord[] => {
    const session = {
      pid: 20_000 + index,
      line: 'pts/0',
      host: ADMIN_ADDRESSES[index % 2] ?? '',
      at: later(day, 9 * 3600 - 86_400),
    };
    return [
      { ...session, type: 7, user: 'admin' },
      { ...session, type: 8, user: '', host: '', at: later(session.at, random.integer(300, 3_000)) },
    ];
  });
  const night: readonly LoginRecord[] = [
    { type: 7, pid: 64_112, line: 'pts/1', user: 'deploy', host: INTRUDER.bruteForcer, at: times.login },
    { type: 8, pid: 64_112, line: 'pts/1', user: '', host: '', at: times.logout },
  ];
  const present = intruder === 'present';
  draft.file('var/log/wtmp', logins([boot, ...work, ...(present ? night : [])]), {
    at: present ? times.logout : daysBefore(times.findingAt, 1),
    mode: 0o664,
  });
  const guesses = guessesFrom(times.bruteForce.from, intruder);
  draft.file('var/log/btmp', logins(guesses), { at: times.bruteForce.to, mode: 0o660 });
}
