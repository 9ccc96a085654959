import type { AwsError } from '../simulation/errors.js';
import { CHECKSUM_ALGORITHMS, type Checksum } from './checksums.js';
import type { WireRequest } from './signature.js';

/** What a URL addresses. */
export interface Target {
  readonly bucket: string;
  readonly key: string;
  readonly query: URLSearchParams;
}

const VIRTUAL_HOST = /^(.+)\.s3[.-](?:[a-z0-9-]+\.)?amazonaws\.com(?:\.cn)?$/;

/** Bucket in the host name, or in the path: both are S3's. */
export function parseTarget(request: WireRequest): Target {
  const [path = '', search = ''] = request.target.split(/\?(.*)/s);
  const host = (request.headers['host'] ?? '').replace(/:\d+$/, '');
  const query = new URLSearchParams(search.replaceAll('+', '%2B'));
  const virtual = VIRTUAL_HOST.exec(host)?.[1];
  if (virtual !== undefined) return { bucket: virtual, key: decodeURIComponent(path.slice(1)), query };
  const [, bucket = '', key = ''] = /^\/([^/]*)\/?(.*)$/s.exec(path) ?? [];
  return { bucket, key: decodeURIComponent(key), query };
}

/** A header, or the query parameter that a presigner has hoisted it into. */
function headerOrQuery(request: WireRequest, target: Target, name: string): string | undefined {
  return request.headers[name] ?? target.query.get(name) ?? undefined;
}

/** The checksum that came with a request: in a header, or baked into the URL when it was signed. */
export function wireChecksum(request: WireRequest, target: Target): Checksum | undefined {
  for (const algorithm of CHECKSUM_ALGORITHMS) {
    const value = headerOrQuery(request, target, `x-amz-checksum-${algorithm.toLowerCase()}`);
    if (value !== undefined) return { algorithm, value };
  }
  return undefined;
}

export function wireMetadata(request: WireRequest, target: Target): Readonly<Record<string, string>> {
  const found = [...Object.entries(request.headers), ...target.query].filter(([name]) =>
    name.startsWith('x-amz-meta-'),
  );
  return Object.fromEntries(found.map(([name, value]) => [name.slice('x-amz-meta-'.length), value]));
}

export { headerOrQuery };

const ESCAPES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

function xmlText(value: unknown): string {
  return String(value).replace(/[&<>"]/g, (char) => ESCAPES[char] ?? char);
}

/** An error as S3 writes it. */
export function errorXml(error: AwsError, requestId: string): string {
  const fields = Object.entries(error.fields).map(([name, value]) => `<${name}>${xmlText(value)}</${name}>`);
  return `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${xmlText(error.code)}</Code><Message>${xmlText(error.message)}</Message>${fields.join('')}<RequestId>${requestId}</RequestId></Error>`;
}
