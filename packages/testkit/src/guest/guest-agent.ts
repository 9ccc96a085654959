import type { Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { connectTo, onLines } from './framed-socket.js';

/** Nobody answers in the guest any more. */
export class AgentLost extends Error {
  override readonly name = 'AgentLost';
}

export interface GuestExecution {
  /** 128 and the signal's number where one ended it. */
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** What `guest-exec-status` says: https://www.qemu.org/docs/master/interop/qemu-ga-ref.html */
interface ExecStatus {
  readonly exited: boolean;
  readonly exitcode?: number;
  readonly signal?: number;
  readonly 'out-data'?: string;
  readonly 'err-data'?: string;
}

interface Reply {
  readonly return?: unknown;
  readonly error?: { readonly class: string; readonly desc: string };
}

export interface AgentOptions {
  /** Until the agent answers for the first time. Default 120 s. */
  readonly bootMs?: number;
  /** Longest wait for the answer to one call; afterwards the agent is lost. Default 30 s. */
  readonly answerMs?: number;
}

export interface ExecOptions {
  /** What is written to the script's standard input. */
  readonly input?: string;
  readonly signal?: AbortSignal;
}

const ENVIRONMENT = [
  'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
  'HOME=/root',
  'LANG=C.UTF-8',
];
const SENTINEL = 0xff;
const FIRST_POLL_MS = 20;
const LONGEST_POLL_MS = 300;

const decoded = (text = '') => Buffer.from(text, 'base64').toString();

/**
 * QEMU's guest agent behind a socket of the machine: commands in the shape of SendCommand and GetCommandInvocation,
 * without any network, so that isolation can be tried for real.
 */
export class GuestAgent {
  readonly #socket: Socket;
  readonly #answerMs: number;
  #synced = false;
  #waiting: ((reply: Reply) => void) | undefined;
  /** One call at a time: replies carry no id. */
  #queue: Promise<unknown> = Promise.resolve();
  #lost = false;

  private constructor(socket: Socket, answerMs: number) {
    this.#socket = socket;
    this.#answerMs = answerMs;
    onLines(socket, (line) => this.#take(line));
    socket.once('close', () => {
      this.#lost = true;
    });
  }

  /**
   * Connects and waits until the agent in the guest answers.
   *
   * @throws AgentLost when it does not within `bootMs`
   */
  static async reach(socketPath: string, options: AgentOptions = {}): Promise<GuestAgent> {
    const { bootMs = 120_000, answerMs = 30_000 } = options;
    const agent = new GuestAgent(await connectTo(socketPath), answerMs);
    const ends = performance.now() + bootMs;
    for (let id = 1; performance.now() < ends && !agent.#lost; id++) {
      if (await agent.#sync(id)) return agent;
    }
    agent.close();
    throw new AgentLost('the guest agent does not answer');
  }

  get alive(): boolean {
    return !this.#lost;
  }

  /** @throws AgentLost, or Error with the agent's own words */
  async call(execute: string, parameters: object = {}): Promise<unknown> {
    const turn = this.#queue.then(() => this.#call(execute, parameters));
    this.#queue = turn.catch(() => undefined);
    const { return: answer, error } = await turn;
    if (error !== undefined) throw new Error(`${execute}: ${error.desc}`);
    return answer;
  }

  /**
   * Runs a command as root and waits for its end; an aborted signal kills it with all its process group.
   *
   * @throws AgentLost
   */
  async exec(command: readonly [string, ...string[]], options: ExecOptions = {}): Promise<GuestExecution> {
    const [path, ...arg] = command;
    const input =
      options.input === undefined ? {} : { 'input-data': Buffer.from(options.input).toString('base64') };
    const started = await this.call('guest-exec', {
      path,
      arg,
      env: ENVIRONMENT,
      'capture-output': true,
      ...input,
    });
    // The agent's own schema: an object with the process's id.
    const { pid } = started as { readonly pid: number };
    for (let wait = FIRST_POLL_MS; ; wait = Math.min(wait * 1.5, LONGEST_POLL_MS)) {
      if (options.signal?.aborted) {
        await this.call('guest-exec', {
          path: '/bin/sh',
          arg: ['-c', `kill -KILL -- -${pid} ${pid} 2>/dev/null`],
        });
        options.signal.throwIfAborted();
      }
      const status = (await this.call('guest-exec-status', { pid })) as ExecStatus;
      if (status.exited) return ended(status);
      await pause(wait);
    }
  }

  /** Runs a script with bash. */
  run(script: string, options: ExecOptions = {}): Promise<GuestExecution> {
    return this.exec(['/bin/bash', '-s'], { ...options, input: script });
  }

  close(): void {
    this.#lost = true;
    this.#socket.destroy();
  }

  /** Bytes of an earlier session may lie in the line, on both ends: what comes after the sentinel is ours. */
  async #sync(id: number): Promise<boolean> {
    this.#synced = false;
    this.#socket.write(Buffer.from([SENTINEL, 10]));
    const reply = await this.#answer('guest-sync-delimited', { id }, 1_000);
    return reply?.return === id;
  }

  #take(line: Buffer): void {
    const mark = line.lastIndexOf(SENTINEL);
    if (mark >= 0) this.#synced = true;
    if (!this.#synced) return;
    const waiting = this.#waiting;
    this.#waiting = undefined;
    // JSON of the agent's schema; a torn line is no answer.
    waiting?.(JSON.parse(line.subarray(mark + 1).toString()) as Reply);
  }

  #answer(execute: string, parameters: object, withinMs: number): Promise<Reply | undefined> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => resolve(undefined), withinMs);
      this.#waiting = (reply) => {
        clearTimeout(timer);
        resolve(reply);
      };
      this.#socket.write(`${JSON.stringify({ execute, arguments: parameters })}\n`);
    });
  }

  async #call(execute: string, parameters: object): Promise<Reply> {
    const reply = this.#lost ? undefined : await this.#answer(execute, parameters, this.#answerMs);
    if (reply !== undefined) return reply;
    this.#lost = true;
    throw new AgentLost(`the guest agent does not answer ${execute}`);
  }
}

function ended(status: ExecStatus): GuestExecution {
  return {
    exitCode: status.exitcode ?? 128 + (status.signal ?? 0),
    stdout: decoded(status['out-data']),
    stderr: decoded(status['err-data']),
  };
}
