import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What a route answers: JSON, always. */
export interface Answer {
  readonly status: number;
  readonly body: object;
  readonly headers?: Readonly<Record<string, string>>;
}

export type Route = (request: IncomingMessage) => Answer | Promise<Answer>;

export interface HttpOptions {
  readonly host: string;
  readonly port: number;
  /** By method and path: `GET /health`. */
  readonly routes: Readonly<Record<string, Route>>;
  readonly onTrouble: (error: unknown) => void;
}

export interface HttpServer {
  readonly url: string;
  /** Takes no new requests; resolves when those under way are answered. */
  close(): Promise<void>;
}

const HEADERS_TIMEOUT_MS = 10_000;
const REQUEST_TIMEOUT_MS = 30_000;

async function answerTo(request: IncomingMessage, { routes, onTrouble }: HttpOptions): Promise<Answer> {
  const path = (request.url ?? '').split('?', 1)[0];
  const name = `${request.method} ${path}`;
  const route = Object.hasOwn(routes, name) ? routes[name] : undefined;
  if (route === undefined) return { status: 404, body: { error: 'NOT_FOUND' } };
  try {
    return await route(request);
  } catch (error) {
    onTrouble(error);
    return { status: 500, body: { error: 'INTERNAL' } };
  }
}

async function close(server: Server): Promise<void> {
  const closed = once(server, 'close');
  server.close();
  server.closeIdleConnections();
  await closed;
}

/** Listens; resolves when it does. */
export async function listen(options: HttpOptions): Promise<HttpServer> {
  const server = createServer(async (request, response) => {
    const { status, body, headers = {} } = await answerTo(request, options);
    // What is left of a body that was refused is not waited for.
    const connection = request.complete ? {} : { connection: 'close' };
    response.writeHead(status, { 'content-type': 'application/json', ...headers, ...connection });
    response.end(`${JSON.stringify(body)}\n`);
  });
  server.headersTimeout = HEADERS_TIMEOUT_MS;
  server.requestTimeout = REQUEST_TIMEOUT_MS;
  server.listen(options.port, options.host);
  await once(server, 'listening');
  // A TCP server's address is never a pipe's name.
  const { port } = server.address() as AddressInfo;
  return { url: `http://${options.host}:${port}`, close: () => close(server) };
}
