import { type CommandJudge, ruleReason } from '../../commands/command-judge.js';
import type { Place, Reporter, Rule } from '../../engine/reporter.js';
import { parseSu, parseSudo, type SudoEvent } from '../../parsers/sudo.js';
import type { SyslogRecord } from '../../parsers/syslog.js';
import type { StolenLogin } from './ssh-logins.js';
import type { SyslogConsumer } from './syslog-consumer.js';

const AFTER_INTRUSION: Rule = {
  id: 'log.root-after-intrusion',
  title: 'The account that was broken into became root',
  severity: 'critical',
  techniques: ['T1548.003', 'T1078.003'],
};
const SUSPICIOUS: Rule = {
  id: 'log.sudo-command',
  title: 'A suspicious command was run by sudo',
  severity: 'high',
  techniques: ['T1548.003'],
};

/** How long what an account does after a stolen login is laid to the intruder. */
const INTRUSION_MS = 12 * 3_600_000;
const MAX_EVENTS = 10_000;
const MOST_REMEMBERED = 1_000;

interface Use {
  readonly event: SudoEvent;
  readonly atMs: number;
  readonly where: Place;
}

/** Who became root by sudo or su, and whether that was after a break-in. */
export class Privileges implements SyslogConsumer {
  readonly interest = { sudo: '', su: '' };
  readonly #uses: Use[] = [];
  readonly #parsers = { sudo: remembered(parseSudo), su: remembered(parseSu) };

  constructor(
    private readonly reporter: Reporter,
    private readonly commands: CommandJudge,
    private readonly stolen: () => readonly StolenLogin[],
  ) {}

  record({ program, message, atMs }: SyslogRecord, where: Place): void {
    if (program !== 'sudo' && program !== 'su') return;
    const event = this.#parsers[program](message);
    if (event === undefined) return;
    if (event.kind !== 'session') this.#judgeCommand(event, atMs, where);
    // The newest matter most, and they may come from any file.
    this.#uses.push({ event, atMs, where });
    if (this.#uses.length > 2 * MAX_EVENTS) this.#forgetOldest();
  }

  finish(): void {
    const first = new Map<string, StolenLogin>();
    for (const login of this.stolen()) {
      const known = first.get(login.user);
      if (known === undefined || login.atMs < known.atMs) first.set(login.user, login);
    }
    for (const login of first.values()) this.#tell(login);
  }

  #tell(login: StolenLogin): void {
    const uses = this.#uses
      .filter(
        ({ event, atMs }) =>
          event.user === login.user && atMs >= login.atMs && atMs - login.atMs <= INTRUSION_MS,
      )
      .sort((a, b) => a.atMs - b.atMs);
    const begin = uses.find(({ event }) => event.kind !== 'denied') ?? uses[0];
    if (begin === undefined) return;
    const { event } = begin;
    this.reporter.observe(AFTER_INTRUSION, {
      entity: `user:${login.user}`,
      atMs: begin.atMs,
      ...(event.kind === 'denied'
        ? {
            severity: 'high',
            title: `${login.user} tried to become root after the break-in, and was refused`,
          }
        : { title: `${login.user} became ${event.asUser} after the break-in` }),
      excerpt: commandOf(event),
      where: uses.map(({ where }) => where),
      confidence: 0.95,
      reasons: uses.map(({ event, atMs }) => `${new Date(atMs).toISOString()} ${commandOf(event)}`),
    });
    for (const { event, atMs, where } of uses) {
      this.reporter.event({
        atMs,
        what: 'Privileges used',
        kind: 'privilege.used',
        message: `${event.user}: ${commandOf(event)}`,
        entity: `user:${event.user}`,
        where,
      });
    }
  }

  #judgeCommand(event: Exclude<SudoEvent, { kind: 'session' }>, atMs: number, where: Place): void {
    // Administrators add users and read what only root may: that alone is their work.
    const worst = this.commands.worst(event.command, 'high');
    if (worst === undefined) return;
    this.reporter.observe(
      { ...SUSPICIOUS, techniques: [...SUSPICIOUS.techniques, ...worst.techniques] },
      {
        severity: worst.severity,
        title: `${event.user} by sudo: ${worst.title}`,
        entity: `user:${event.user}`,
        atMs,
        excerpt: event.command,
        where: [where],
        reasons: [ruleReason(worst)],
      },
    );
  }

  #forgetOldest(): void {
    this.#uses.sort((a, b) => a.atMs - b.atMs).splice(0, MAX_EVENTS);
  }
}

type SudoParser = (message: string) => SudoEvent | undefined;

/** The jobs of a host run the same few commands again and again. */
function remembered(parse: SudoParser): SudoParser {
  const known = new Map<string, SudoEvent | undefined>();
  return (message) => {
    const event = known.get(message);
    if (event !== undefined || known.has(message)) return event;
    if (known.size >= MOST_REMEMBERED) known.clear();
    const parsed = parse(message);
    known.set(message, parsed);
    return parsed;
  };
}

function commandOf(event: SudoEvent): string {
  return event.kind === 'session' ? `su to ${event.asUser}` : event.command;
}
