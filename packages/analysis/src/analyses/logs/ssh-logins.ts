import type { Line } from '../../engine/line.js';
import type { Place, Reporter, Rule } from '../../engine/reporter.js';
import { parseSshd } from '../../parsers/sshd.js';
import { PieceTexts, SshAttempts } from '../../parsers/sshd-attempts.js';
import type { SyslogRecord } from '../../parsers/syslog.js';
import { AcceptedLogins, type Login } from './accepted-logins.js';
import { type Attempt, attempts, type Burst, own, SshBursts } from './ssh-bursts.js';
import type { SyslogConsumer } from './syslog-consumer.js';

const BRUTE_FORCE: Rule = {
  id: 'log.ssh-brute-force',
  title: 'Passwords were guessed over SSH',
  severity: 'low',
  techniques: ['T1110.001'],
};
const GUESSED: Rule = {
  id: 'log.ssh-brute-force-success',
  title: 'A guessed password let somebody in over SSH',
  severity: 'critical',
  techniques: ['T1110.001', 'T1078.003', 'T1021.004'],
};
const FROM_INDICATOR: Rule = {
  id: 'log.ssh-login-from-indicator',
  title: 'An address of the finding logged in over SSH',
  severity: 'critical',
  techniques: ['T1078', 'T1021.004'],
};

/** Fewer is noise that every host on the internet has. */
const MIN_ATTEMPTS_TOLD = 20;
/** A person who mistypes gives up sooner. */
const MIN_ATTEMPTS_BEFORE_SUCCESS = 6;
const SUCCESS_WITHIN_MS = 24 * 3_600_000;

/** What the head of a line tells. */
interface LineHead {
  readonly atMs: number;
  readonly messageAt: number;
}

interface Told {
  readonly atMs: number;
  readonly where: Place;
  readonly times: number;
}

/** The attempt in the line at hand, as it lies there. */
class SeenAttempt implements Attempt {
  readonly #parts = new SshAttempts();
  readonly #texts = new PieceTexts();
  #line: Line | undefined;
  readonly times = 1;
  atMs = 0;
  path = '';

  read(line: Line, messageAt: number): boolean {
    this.#line = line;
    return this.#parts.read(line, messageAt);
  }

  get kind(): Attempt['kind'] {
    return this.#parts.kind;
  }

  get line(): number {
    return this.#line?.number ?? 0;
  }

  user(): string {
    return this.#piece(this.#parts.userAt, this.#parts.userEnd);
  }

  address(): string {
    return this.#piece(this.#parts.addressAt, this.#parts.addressEnd);
  }

  #piece(from: number, to: number): string {
    return this.#line === undefined ? '' : this.#texts.of(this.#line, from, to);
  }
}

/** A login that somebody guessed or stole. */
export type StolenLogin = Pick<Login, 'user' | 'address' | 'atMs'>;

/** Guessing per address, in bursts, and whether it ended in a login. */
export class SshLogins implements SyslogConsumer {
  /** Failed, Accepted, Invalid user, Connection closed, message repeated. */
  readonly interest = { sshd: 'FAICm', 'sshd-session': 'FAICm' };
  readonly #bursts = new SshBursts();
  readonly #seen = new SeenAttempt();
  readonly #accepted = new AcceptedLogins();
  /** Known after `finish`. */
  readonly stolen: StolenLogin[] = [];

  constructor(private readonly reporter: Reporter) {}

  /** Counts an attempt without decoding its line; false when the line is something else. */
  attempted(line: Line, { atMs, messageAt }: LineHead, path: string): boolean {
    if (!this.#seen.read(line, messageAt)) return false;
    this.#seen.atMs = atMs;
    this.#seen.path = path;
    this.#bursts.add(this.#seen.address(), this.#seen);
    return true;
  }

  record({ program, message, atMs }: SyslogRecord, where: Place): void {
    if (program !== 'sshd' && program !== 'sshd-session') return;
    this.#message(message, { atMs, where, times: 1 });
  }

  #message(message: string, { atMs, where, times }: Told): void {
    const event = parseSshd(message);
    if (event === undefined) return;
    if (event.kind === 'repeated') {
      if (!event.message.startsWith('message repeated'))
        this.#message(event.message, { atMs, where, times: event.times });
    } else if (event.kind === 'accepted') {
      this.#accepted.add(event, atMs, where);
    } else {
      const { kind, user, address } = event;
      const { path, line = 0 } = where;
      this.#bursts.add(own(address), { atMs, kind, user: () => own(user), path, line, times });
    }
  }

  finish(): void {
    if (this.#bursts.overflow > 0)
      this.reporter.notice(
        'TOO_MANY_SOURCES',
        `${this.#bursts.overflow} SSH attempts are not counted by address`,
      );
    if (this.#accepted.dropped > 0)
      this.reporter.notice('TOO_MANY_LOGINS', `${this.#accepted.dropped} SSH logins are not judged`);
    for (const login of this.#accepted.all()) this.#judgeLogin(login);
    const stolenFrom = new Set(this.stolen.map(({ address }) => address));
    for (const address of this.#bursts.addresses()) {
      const told = this.#bursts.of(address).filter((burst) => attempts(burst) >= MIN_ATTEMPTS_TOLD);
      if (told.length > 0) this.#tellGuessing(address, told, stolenFrom.has(address));
    }
  }

  #judgeLogin(login: Login): void {
    const before = this.#bursts
      .of(login.address)
      .filter((burst) => burst.firstMs <= login.atMs && login.atMs - burst.lastMs <= SUCCESS_WITHIN_MS);
    const count = before.reduce((sum, burst) => sum + attempts(burst), 0);
    const guessed = count >= MIN_ATTEMPTS_BEFORE_SUCCESS;
    const named = this.reporter.context.indicators.addresses.includes(login.address);
    if (!guessed && !named) return;
    this.stolen.push(login);
    this.#tellLogin(
      login,
      guessed ? { rule: GUESSED, count, before } : { rule: FROM_INDICATOR, count, before },
    );
  }

  #tellLogin(
    login: Login,
    {
      rule,
      count,
      before,
    }: { readonly rule: Rule; readonly count: number; readonly before: readonly Burst[] },
  ): void {
    const last = before.at(-1);
    const message = `${login.user} logged in from ${login.address} by ${login.method}`;
    this.reporter.observe(rule, {
      title: count > 0 ? `${message} after ${count} failed attempts` : message,
      entity: `user:${login.user}`,
      atMs: login.atMs,
      excerpt: `Accepted ${login.method} for ${login.user} from ${login.address}`,
      where: last === undefined ? [login.where] : [login.where, last.last, last.first],
      confidence: count >= 50 || rule === FROM_INDICATOR ? 0.98 : 0.85,
      reasons: [
        `${count} failed attempts of ${login.address} within the day before`,
        `authentication: ${login.method}`,
      ],
    });
    this.reporter.event({
      atMs: login.atMs,
      what: 'Login',
      kind: 'ssh.stolen-login',
      message,
      entity: `user:${login.user}`,
      where: login.where,
    });
  }

  #tellGuessing(address: string, bursts: readonly Burst[], succeeded: boolean): void {
    const count = bursts.reduce((sum, burst) => sum + attempts(burst), 0);
    const [first] = bursts;
    if (first === undefined) return;
    const users = new Set(bursts.flatMap((burst) => [...burst.users]));
    this.reporter.observe(BRUTE_FORCE, {
      title: `${address} made ${count} failed SSH attempts in ${bursts.length} bursts`,
      severity: succeeded || this.reporter.context.indicators.addresses.includes(address) ? 'high' : 'low',
      entity: `ip:${address}`,
      atMs: first.firstMs,
      where: bursts.flatMap((burst) => [burst.first, burst.last]),
      confidence: count >= 50 ? 0.97 : 0.8,
      reasons: [
        ...bursts.map(
          (burst) => `${attempts(burst)} attempts from ${iso(burst.firstMs)} to ${iso(burst.lastMs)}`,
        ),
        `users tried: ${[...users].slice(0, 12).join(', ')}`,
      ],
    });
    for (const burst of bursts) this.#burstEvents(address, burst);
  }

  #burstEvents(address: string, burst: Burst): void {
    const entity = `ip:${address}`;
    const count = attempts(burst);
    const common = { kind: 'ssh.guessing', entity };
    this.reporter.event({
      ...common,
      atMs: burst.firstMs,
      what: 'Guessing began',
      message: `${address} begins to guess passwords over SSH (${count} attempts)`,
      where: burst.first,
    });
    this.reporter.event({
      ...common,
      atMs: burst.lastMs,
      what: 'Guessing ended',
      message: `${address} makes the last of ${count} attempts`,
      where: burst.last,
    });
  }
}

function iso(ms: number): string {
  return new Date(ms).toISOString();
}
