import { SERVICES } from '../simulation/services.js';
import type { RemoteCall } from './protocol.js';

interface Client {
  send(command: object, options: { readonly abortSignal: AbortSignal }): Promise<object>;
}

type Constructor<T> = new (argument: object) => T;

interface ByteStream {
  transformToByteArray(): Promise<Uint8Array>;
}

function isByteStream(body: unknown): body is ByteStream {
  return typeof body === 'object' && body !== null && 'transformToByteArray' in body;
}

async function withBytes(output: object): Promise<object> {
  const body: unknown = Reflect.get(output, 'Body');
  return isByteStream(body) ? { ...output, Body: await body.transformToByteArray() } : output;
}

/** Sends another process's call by the same SDK client here, where `createWorld` has taken it over. */
export async function serveCall(call: RemoteCall, signal: AbortSignal): Promise<object> {
  const service = SERVICES.find(({ id }) => id === call.service);
  if (service === undefined) throw new RangeError(`${call.service} is no service of the simulation`);
  // Both are the SDK's own: the other process has named them by the classes that it uses.
  const Client = service.client as unknown as Constructor<Client>;
  const Command: Constructor<object> = Reflect.get(service.sdk, `${call.operation}Command`);
  const client = new Client({ region: call.region, credentials: call.credentials });
  return withBytes(await client.send(new Command(call.input), { abortSignal: signal }));
}
