import type { Operation, PresignOptions } from '../engine/account.js';
import type { Clock } from '../engine/clock.js';
import { StepFailure } from '../engine/failure.js';
import { makeCommand, type SdkClient } from './client.js';
import { toStepFailure } from './errors.js';
import type { Service } from './operation.js';

interface Presigning {
  readonly operation: Operation;
  readonly input: object;
  readonly service: Service;
  readonly signerOf: (service: Service) => Promise<SdkClient>;
  /** The client that makes the calls: it has heard from AWS how late it is. */
  readonly callerOf: (service: Service) => Promise<SdkClient>;
  readonly clock: Clock;
}

/** Signature version 4 allows a week. */
const LONGEST_SECONDS = 7 * 24 * 3600;

/**
 * Configuration of the client that signs, which is one of its own: by the SDK's default it would bake the CRC32 of an
 * empty body into the URL, and every upload through it would fail.
 */
export const SIGNER = { requestChecksumCalculation: 'WHEN_REQUIRED' } as const;

/** Below it a difference is that of answers on their way, and of a header that knows whole seconds. */
const SKEW_THAT_COUNTS_MS = 60_000;

/** Our clock, put right by what AWS's answers said: a URL of a few minutes, dated by a wrong clock, is never good. */
async function signingDate({ clock, callerOf, service }: Presigning): Promise<Date> {
  const { config } = await callerOf(service);
  const offset = config?.systemClockOffset ?? 0;
  return new Date(clock.now().getTime() + (Math.abs(offset) < SKEW_THAT_COUNTS_MS ? 0 : offset));
}

/** A URL for one S3 call. */
export async function presignedUrl(what: Presigning, options: PresignOptions): Promise<string> {
  const { operation, input, service, signerOf } = what;
  if (service.id !== 's3') {
    throw StepFailure.permanent('NOT_PRESIGNABLE', `${operation.id}: only S3 calls can be presigned`);
  }
  if (!(options.expiresInSeconds > 0 && options.expiresInSeconds <= LONGEST_SECONDS)) {
    throw StepFailure.permanent('NOT_PRESIGNABLE', `expiresInSeconds is ${options.expiresInSeconds}`);
  }
  const headers = new Set((options.signedHeaders ?? []).map((name) => name.toLowerCase()));
  try {
    const { getSignedUrl } = await import('./clients/presigner.js');
    const client = await signerOf(service);
    const command = await makeCommand(service, operation.id, input);
    // The presigner's types name the SDK's own client and command; the operation table made sure of both.
    return await getSignedUrl(client as never, command as never, {
      expiresIn: options.expiresInSeconds,
      signingDate: await signingDate(what),
      // Signed headers stay headers: hoisted into the query they would not have to be sent.
      ...(headers.size > 0 ? { signableHeaders: headers, unhoistableHeaders: headers } : {}),
    });
  } catch (error) {
    throw toStepFailure(error, { id: operation.id, mutating: false });
  }
}
