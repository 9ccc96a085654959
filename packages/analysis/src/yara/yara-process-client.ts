import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { NamedSource, YaraAnswer, YaraMatch, YaraRequest } from './yara-messages.js';

/** Built: beside this file's bundle. From the sources: as it is, which Node can run. */
function processFile(): string {
  const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
  return fileURLToPath(new URL(`./yara-process.${extension}`, import.meta.url));
}

/** What came of a scan. */
export type ScanOutcome =
  | { readonly kind: 'scanned'; readonly matches: readonly YaraMatch[] }
  | { readonly kind: 'failed'; readonly reason: string };

export type CompileOutcome = Extract<YaraAnswer, { kind: 'compiled' | 'unavailable' }>;

/** One scanning process. After a scan that ran out of time it is gone. */
export class YaraProcess {
  readonly #child: ChildProcess;
  #nextId = 0;
  #pending: ((answer: YaraAnswer | Gone) => void) | undefined;
  #gone: string | undefined;

  /** `program` is the built `yara-process.js`. */
  constructor(program: string = processFile()) {
    this.#child = fork(program, [], {
      serialization: 'advanced',
      // The engine may write of its troubles; nothing of it belongs into ours.
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
      execArgv: [],
      env: {},
    });
    this.#child.on('message', (message) => {
      // Only our own program answers there.
      this.#settle(message as YaraAnswer);
    });
    this.#child.on('error', (error) => this.#end(error.message));
    this.#child.on('exit', (code, signal) => this.#end(`the engine's process ended: ${signal ?? code}`));
    this.#letGo();
  }

  get isAlive(): boolean {
    return this.#gone === undefined;
  }

  async compile(sources: readonly NamedSource[], withinMs: number): Promise<CompileOutcome> {
    const answer = await this.#ask({ kind: 'compile', sources }, withinMs);
    if (answer.kind === 'compiled' || answer.kind === 'unavailable') return answer;
    return { kind: 'unavailable', reason: answer.kind === 'scanned' ? 'it answers amiss' : answer.reason };
  }

  async scan(
    bytes: Uint8Array,
    variables: Extract<YaraRequest, { kind: 'scan' }>['variables'],
    withinMs: number,
  ): Promise<ScanOutcome> {
    const id = this.#nextId++;
    const answer = await this.#ask({ kind: 'scan', id, bytes, variables }, withinMs);
    if (answer.kind === 'scanned') return answer;
    return { kind: 'failed', reason: answer.kind === 'compiled' ? 'it answers amiss' : answer.reason };
  }

  close(): void {
    this.#end('closed');
  }

  /** One question at a time. */
  async #ask(request: YaraRequest, withinMs: number): Promise<YaraAnswer | Gone> {
    if (this.#gone !== undefined) return { kind: 'gone', reason: this.#gone };
    this.#child.channel?.ref();
    const timer = setTimeout(() => this.#end(`no answer within ${withinMs} ms`), withinMs);
    try {
      return await new Promise<YaraAnswer | Gone>((resolve) => {
        this.#pending = resolve;
        this.#child.send(request, (error) => {
          if (error !== null) this.#end(error.message);
        });
      });
    } finally {
      clearTimeout(timer);
      this.#letGo();
    }
  }

  /** A process that only waits keeps nobody alive. */
  #letGo(): void {
    this.#child.unref();
    this.#child.channel?.unref();
  }

  #settle(answer: YaraAnswer | Gone): void {
    const pending = this.#pending;
    this.#pending = undefined;
    pending?.(answer);
  }

  #end(reason: string): void {
    if (this.#gone !== undefined) return;
    this.#gone = reason;
    this.#child.kill('SIGKILL');
    this.#settle({ kind: 'gone', reason });
  }
}

interface Gone {
  readonly kind: 'gone';
  readonly reason: string;
}
