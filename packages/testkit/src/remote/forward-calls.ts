import { buffer } from 'node:stream/consumers';
import { chunksOf } from '../s3/body.js';
import { streamed } from '../s3/object-handlers.js';
import { type Dispatch, interceptClient } from '../simulation/dispatcher.js';
import { SERVICES } from '../simulation/services.js';
import type { Link } from './link.js';
import type { RemoteClock } from './remote-clock.js';

async function withBytes(input: object): Promise<object> {
  const body: unknown = Reflect.get(input, 'Body');
  return body === undefined ? input : { ...input, Body: await buffer(chunksOf(body)) };
}

function withStream(output: object): object {
  const body: unknown = Reflect.get(output, 'Body');
  return body instanceof Uint8Array ? { ...output, Body: streamed(chunksOf(body)) } : output;
}

/** Sends all calls of this process's SDK clients to the world's process. */
export function forwardCalls(link: Link, clock: RemoteClock): void {
  const forward: Dispatch = async (service, client, [command, options]) => {
    const call = {
      service: service.id,
      operation: command.constructor.name.replace(/Command$/, ''),
      region: await client.config.region(),
      credentials: await client.config.credentials(),
      input: await withBytes(command.input),
    };
    const message = { kind: 'call', id: link.nextId(), hold: clock.hold, call } as const;
    // The world answers as the SDK does: with an object.
    return withStream((await link.ask(message, options?.abortSignal)) as object);
  };
  for (const service of SERVICES) interceptClient(service, forward);
}
