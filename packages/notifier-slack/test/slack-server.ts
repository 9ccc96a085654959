import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Received {
  readonly method: string;
  readonly at: number;
  readonly body: Record<string, unknown>;
}

type Answer =
  | { readonly is: 'ok' }
  | { readonly is: 'throttle'; readonly seconds: number }
  | { readonly is: 'error'; readonly error: string }
  | { readonly is: 'status'; readonly status: number }
  | { readonly is: 'hang' };

function parsed(contentType: string | undefined, text: string): Record<string, unknown> {
  if (contentType?.startsWith('application/json') === true) return JSON.parse(text);
  const form = Object.fromEntries(new URLSearchParams(text));
  const blocks = form['blocks'];
  return blocks === undefined ? form : { ...form, blocks: JSON.parse(blocks) };
}

/** A server in Slack's shape: methods of the Web API and one webhook, with Slack's limits and its moods. */
export class SlackServer {
  readonly received: Received[] = [];
  /** What the next calls get, in order; then `ok`. */
  readonly answers: Answer[] = [];
  readonly history: { ts: string; metadata?: unknown }[] = [];
  /** The bot may not read the channel: it lacks `channels:history`. */
  unreadable = false;
  readonly #server: Server;
  #ts = 0;

  private constructor() {
    this.#server = createServer((request, response) => {
      let text = '';
      request.setEncoding('utf8');
      request.on('data', (chunk: string) => {
        text += chunk;
      });
      request.on('end', () => {
        const method = (request.url ?? '').split('/').at(-1) ?? '';
        const body = parsed(request.headers['content-type'], text);
        this.received.push({ method, at: performance.now(), body });
        const answer = this.answers.shift() ?? { is: 'ok' };
        if (answer.is === 'hang') return;
        if (answer.is === 'throttle') {
          response
            .writeHead(429, { 'retry-after': String(answer.seconds) })
            .end('{"ok":false,"error":"ratelimited"}');
          return;
        }
        if (answer.is === 'status') {
          response.writeHead(answer.status).end('trouble');
          return;
        }
        response.writeHead(200, { 'content-type': 'application/json' });
        response.end(
          JSON.stringify(
            answer.is === 'error' ? { ok: false, error: answer.error } : this.#answer(method, body),
          ),
        );
      });
    });
  }

  static async start(): Promise<SlackServer> {
    const slack = new SlackServer();
    await new Promise<void>((resolve) => slack.#server.listen(0, '127.0.0.1', resolve));
    return slack;
  }

  get url(): string {
    const { port } = this.#server.address() as AddressInfo; // It listens on TCP.
    return `http://127.0.0.1:${port}/api/`;
  }

  of(method: string): readonly Received[] {
    return this.received.filter((call) => call.method === method);
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  /** The checks that Slack makes of a message. */
  #answer(method: string, body: Record<string, unknown>): object {
    if (method === 'conversations.history' && this.unreadable) return { ok: false, error: 'missing_scope' };
    if (method === 'conversations.history') return { ok: true, messages: this.history };
    const blocks = Array.isArray(body['blocks']) ? body['blocks'] : [];
    const tooLong = blocks.some((block) => String(block?.text?.text ?? '').length > 3000);
    if (blocks.length > 50 || tooLong) return { ok: false, error: 'invalid_blocks' };
    if (method !== 'chat.postMessage') return { ok: true, ts: body['ts'] };
    this.#ts += 1;
    const ts = `1700000000.${String(this.#ts).padStart(6, '0')}`;
    if (typeof body['metadata'] === 'string')
      this.history.push({ ts, metadata: JSON.parse(body['metadata']) });
    return { ok: true, ts };
  }
}
