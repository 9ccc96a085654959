import { randomUUID } from 'node:crypto';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { HostNetwork, Route } from './network.js';

const SHUT: Route = { kind: 'closed' };

function toText(route: Route): string {
  if (route.kind === 'open') return `open ${route.host}:${route.port}\n`;
  return route.kind === 'closed' ? 'closed\n' : 'unknown\n';
}

const networks = new Map<string, HostNetwork>();

async function answer(path: string, response: ServerResponse): Promise<void> {
  const url = new URL(path, 'http://gate');
  const network = networks.get(url.pathname.slice(1));
  const name = url.searchParams.get('host') ?? '';
  const port = Number(url.searchParams.get('port') ?? 0);
  const route = (await network?.route(name, port).catch(() => SHUT)) ?? SHUT;
  response.writeHead(200, { 'content-type': 'text/plain', connection: 'close' });
  response.end(toText(route));
}

let listening: Promise<number> | undefined;

/** One gate for all hosts of the process: it holds nothing open and lets the process end. */
function gatePort(): Promise<number> {
  listening ??= new Promise((resolve, reject) => {
    const server = createServer((request, response) => void answer(request.url ?? '/', response));
    server.unref();
    server.once('error', reject);
    // A TCP server's address is never a pipe's name.
    server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port));
  });
  return listening;
}

/** Where a host's `curl` asks before it connects. */
export interface NetworkGate {
  readonly url: string;
  close(): void;
}

/** Opens a gate to a host's network: over loopback, under a name that nobody guesses. */
export async function openGate(network: HostNetwork): Promise<NetworkGate> {
  const name = randomUUID();
  networks.set(name, network);
  return {
    url: `http://127.0.0.1:${await gatePort()}/${name}`,
    close: () => void networks.delete(name),
  };
}
