import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { findKey } from '../simulation/access-keys.js';
import { type AwsError, awsError } from '../simulation/errors.js';
import type { Principal } from '../simulation/principal.js';
import type { SimulatedWorld } from '../simulation/world.js';

/** A request as it came over the wire. */
export interface WireRequest {
  readonly method: string;
  /** Path and query, as sent. */
  readonly target: string;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
}

const LONGEST_SECONDS = 604_800;

const malformed = (message: string) => awsError('AuthorizationQueryParametersError', message);
const denied = (message: string, fields: Readonly<Record<string, unknown>> = {}) =>
  awsError('AccessDenied', message, { status: 403, fields });

/** RFC 3986, which leaves nothing but `A-Za-z0-9-._~` as it is. */
export function uriEncode(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

function canonicalQuery(query: URLSearchParams): string {
  return [...query]
    .filter(([name]) => name !== 'X-Amz-Signature')
    .map(([name, value]) => `${uriEncode(name)}=${uriEncode(value)}`)
    .sort()
    .join('&');
}

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
const hmac = (key: Buffer | string, text: string) => createHmac('sha256', key).update(text).digest();

interface Presigned {
  readonly accessKeyId: string;
  /** date/region/service/aws4_request */
  readonly scope: readonly string[];
  readonly date: string;
  readonly expiresSeconds: number;
  readonly signedHeaders: readonly string[];
  readonly signature: string;
  readonly token: string | undefined;
}

function parse(query: URLSearchParams): Presigned {
  const need = (name: string) => {
    const value = query.get(name);
    if (value === null)
      throw malformed(`Query-string authentication version 4 requires the ${name} parameter.`);
    return value;
  };
  if (need('X-Amz-Algorithm') !== 'AWS4-HMAC-SHA256')
    throw malformed('X-Amz-Algorithm only supports "AWS4-HMAC-SHA256"');
  const [accessKeyId = '', ...scope] = need('X-Amz-Credential').split('/');
  const expiresSeconds = Number(need('X-Amz-Expires'));
  if (!(expiresSeconds > 0 && expiresSeconds <= LONGEST_SECONDS)) {
    throw malformed('X-Amz-Expires must be less than a week (in seconds) that is 604800');
  }
  return {
    accessKeyId,
    scope,
    date: need('X-Amz-Date'),
    expiresSeconds,
    signedHeaders: need('X-Amz-SignedHeaders').split(';'),
    signature: need('X-Amz-Signature'),
    token: query.get('X-Amz-Security-Token') ?? undefined,
  };
}

function signingTime(date: string): Date {
  return new Date(date.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z'));
}

function expectedSignature(request: WireRequest, presigned: Presigned, secret: string): string {
  const [path = '', query = ''] = request.target.split(/\?(.*)/s);
  const headers = presigned.signedHeaders.map(
    (name) => `${name}:${(request.headers[name] ?? '').trim().replace(/ +/g, ' ')}\n`,
  );
  const canonical = [
    request.method,
    path,
    canonicalQuery(new URLSearchParams(query.replaceAll('+', '%2B'))),
    headers.join(''),
    presigned.signedHeaders.join(';'),
    'UNSIGNED-PAYLOAD',
  ].join('\n');
  const key = presigned.scope.reduce<Buffer | string>((from, part) => hmac(from, part), `AWS4${secret}`);
  const toSign = ['AWS4-HMAC-SHA256', presigned.date, presigned.scope.join('/'), sha256(canonical)].join(
    '\n',
  );
  return hmac(key, toSign).toString('hex');
}

/** S3 takes no `x-amz-*` header that the signature does not cover. */
function unsignedHeaders(request: WireRequest, { signedHeaders }: Presigned): readonly string[] {
  return Object.keys(request.headers).filter(
    (name) => name.startsWith('x-amz-') && !signedHeaders.includes(name),
  );
}

const badSignature = () =>
  awsError(
    'SignatureDoesNotMatch',
    'The request signature we calculated does not match the signature you provided. Check your key and signing method.',
    { status: 403 },
  );

function check(request: WireRequest, presigned: Presigned, now: Date): AwsError | undefined {
  const missing = presigned.signedHeaders.filter((name) => request.headers[name] === undefined);
  if (missing.length > 0) return badSignature();
  const unsigned = unsignedHeaders(request, presigned);
  if (unsigned.length > 0) {
    return denied('There were headers present in the request which were not signed', {
      HeadersNotSigned: unsigned.join(', '),
    });
  }
  const from = signingTime(presigned.date).getTime();
  if (Number.isNaN(from))
    return malformed("X-Amz-Date must be in the ISO8601 Long Format \"yyyyMMdd'T'HHmmss'Z'\"");
  const until = from + presigned.expiresSeconds * 1000;
  if (now.getTime() > until) return denied('Request has expired', { Expires: new Date(until).toISOString() });
  return undefined;
}

/**
 * Who signed a presigned request: checked as S3 does, with the world's secret keys and the world's clock.
 *
 * @throws AwsError
 */
export function verifyPresigned(world: SimulatedWorld, request: WireRequest): Principal {
  const query = new URLSearchParams((request.target.split(/\?(.*)/s)[1] ?? '').replaceAll('+', '%2B'));
  if (!query.has('X-Amz-Signature')) throw denied('Access Denied');
  const presigned = parse(query);
  const found = findKey(presigned.accessKeyId);
  if (found === undefined || found.world !== world) {
    throw awsError(
      'InvalidAccessKeyId',
      'The AWS Access Key Id you provided does not exist in our records.',
      { status: 403 },
    );
  }
  const { key } = found;
  if (key.sessionToken !== presigned.token)
    throw awsError('InvalidToken', 'The provided token is malformed or otherwise invalid.');
  const problem = check(request, presigned, world.now());
  if (problem !== undefined) throw problem;
  const expected = Buffer.from(expectedSignature(request, presigned, key.secretAccessKey));
  const given = Buffer.from(presigned.signature);
  if (expected.length !== given.length || !timingSafeEqual(expected, given)) throw badSignature();
  // The URL dies with the credentials that signed it, whatever it says itself.
  if (key.expiration !== undefined && key.expiration <= world.now())
    throw awsError('ExpiredToken', 'The provided token has expired.');
  return key.principal;
}
