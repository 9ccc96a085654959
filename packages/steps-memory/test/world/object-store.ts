import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

/** A store on loopback: GET what was put or set, PUT what a host sends. Plain HTTP, no signatures. */
export async function objectStore() {
  const objects = new Map<string, Buffer>();
  const puts: string[] = [];
  const refusals = new Map<string, number>();
  const server = createServer((request, response) => {
    const path = request.url ?? '/';
    const left = refusals.get(path) ?? 0;
    if (left > 0) {
      refusals.set(path, left - 1);
      request.resume();
      response.writeHead(503).end();
      return;
    }
    if (request.method === 'PUT') {
      const chunks: Buffer[] = [];
      request.on('data', (chunk) => chunks.push(chunk));
      request.on('end', () => {
        objects.set(path, Buffer.concat(chunks));
        puts.push(path);
        response.end();
      });
      return;
    }
    const object = objects.get(path);
    response.writeHead(object === undefined ? 404 : 200).end(object);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => new Promise<void>((resolve) => server.close(() => resolve())));
  // An HTTP server that listens on TCP has such an address.
  const { port } = server.address() as AddressInfo;
  return {
    url: (path: string) => `http://127.0.0.1:${port}${path}`,
    set: (path: string, content: Uint8Array | string) => void objects.set(path, Buffer.from(content)),
    get: (path: string) => objects.get(path),
    /** Paths in the order in which they were put. */
    puts: () => puts,
    /** The next requests for a path are answered with 503. */
    refuse: (path: string, times: number) => void refusals.set(path, times),
  };
}
