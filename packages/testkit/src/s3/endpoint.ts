import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pipeline } from 'node:stream/promises';
import { AwsError } from '../simulation/errors.js';
import { s3Errors } from '../simulation/service-errors.js';
import { slice } from '../simulation/slice.js';
import type { SimulatedWorld } from '../simulation/world.js';
import type { WireRequest } from './signature.js';
import { verifyPresigned } from './signature.js';
import { errorXml, parseTarget } from './wire.js';
import { answerWire, type WireAnswer } from './wire-operations.js';

/** The loopback server that serves presigned URLs of a world's S3. */
export interface S3Endpoint {
  /** `http://127.0.0.1:40123` */
  readonly url: string;
  readonly port: number;
}

function headersOf(request: IncomingMessage): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(request.headers).map(([name, value]) => [
      name,
      Array.isArray(value) ? value.join(',') : (value ?? ''),
    ]),
  );
}

async function answer(world: SimulatedWorld, message: IncomingMessage): Promise<WireAnswer> {
  world.settle();
  const request: WireRequest = {
    method: message.method ?? 'GET',
    target: message.url ?? '/',
    headers: headersOf(message),
  };
  const principal = verifyPresigned(world, request);
  const { region, ...target } = { ...parseTarget(request), region: regionOf(request) };
  return answerWire({ caller: { world, principal, region }, request, target, body: message });
}

/** The region that the signature is for. */
function regionOf(request: WireRequest): string {
  const scope = /X-Amz-Credential=[^&]*?%2F\d{8}%2F([a-z0-9-]+)%2F/.exec(request.target);
  return scope?.[1] ?? '';
}

function refuse(response: ServerResponse, error: unknown, requestId: string): void {
  const known = error instanceof AwsError ? error : s3Errors.internal();
  response.writeHead(known.status, {
    'content-type': 'application/xml',
    'x-amz-request-id': requestId,
    connection: 'close',
  });
  response.end(errorXml(known, requestId));
}

async function serve(
  world: SimulatedWorld,
  message: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const requestId = world.uuid();
  try {
    const given = await world.clock.working(() => answer(world, message));
    response.writeHead(given.status, {
      date: world.now().toUTCString(),
      'x-amz-request-id': requestId,
      ...given.headers,
    });
    if (given.body === undefined || message.method === 'HEAD') response.end();
    else await pipeline(given.body, response);
  } catch (error) {
    // The rest of a refused body is not wanted, but must be read for the answer to arrive.
    message.resume();
    if (response.headersSent) response.destroy();
    else refuse(response, error, requestId);
  }
}

async function listen(world: SimulatedWorld): Promise<S3Endpoint> {
  const server: Server = createServer((message, response) => void serve(world, message, response));
  // An idle world must not keep the process alive.
  server.unref();
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  world.onDispose(
    () =>
      new Promise<void>((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  );
  // A TCP server's address is never a pipe's name.
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, port };
}

const endpoints = slice((world: SimulatedWorld) => listen(world));

/** The world's S3 over HTTP on loopback: started when first asked for, ended with the world. */
export function s3Endpoint(world: SimulatedWorld): Promise<S3Endpoint> {
  return endpoints(world);
}
