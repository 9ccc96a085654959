import { Readable } from 'node:stream';

export type BodyInput = unknown;

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  if (bytes.length > 0) yield bytes;
}

async function* binary(source: AsyncIterable<unknown>): AsyncGenerator<Uint8Array> {
  for await (const chunk of source) {
    if (chunk instanceof Uint8Array) yield chunk;
    else if (typeof chunk === 'string') yield Buffer.from(chunk);
    else throw new TypeError('the body of an S3 request must be bytes or text');
  }
}

function isIterable(body: object): body is AsyncIterable<unknown> {
  return Symbol.asyncIterator in body;
}

/** Whatever the SDK takes as a body, as chunks of bytes. */
export function chunksOf(body: BodyInput): AsyncIterable<Uint8Array> {
  if (body === undefined || body === null) return once(new Uint8Array());
  if (typeof body === 'string') return once(Buffer.from(body));
  if (body instanceof Uint8Array) return once(body);
  if (body instanceof Blob) return binary(Readable.from(body.stream()));
  if (typeof body === 'object' && isIterable(body)) return binary(body);
  throw new TypeError('the body of an S3 request must be bytes or text');
}
