import { awaitOther, type Clock, systemClock } from '../engine/clock.js';

/** AWS credentials, in the SDK's own shape. */
export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
  readonly expiration?: Date;
}

/** Gives credentials that are good now. Asked before every request: caching is the provider's affair. */
export type CredentialProvider = () => Promise<Credentials>;

/** The SDK's default chain (environment, profile, container, instance), loaded when first asked. */
export function defaultCredentials(): CredentialProvider {
  let chain: CredentialProvider | undefined;
  return async () => {
    if (chain === undefined) {
      const { fromNodeProviderChain } = await import('./clients/credentials.js');
      // Outside a client the chain caches nothing by itself.
      chain = memoized(fromNodeProviderChain());
    }
    return chain();
  };
}

export interface MemoizeOptions {
  /** Default: the machine's. */
  readonly clock?: Clock;
  /** How long what is given must still be good for. Default 5 minutes. */
  readonly validForMs?: number;
}

/** Asks the provider again only when what it gave is about to expire; at most once at a time. */
export function memoized(provider: CredentialProvider, options: MemoizeOptions = {}): CredentialProvider {
  const { clock = systemClock, validForMs = 5 * 60_000 } = options;
  let pending: Promise<Credentials> | undefined;
  let known: Credentials | undefined;
  const isGood = ({ expiration }: Credentials) =>
    expiration === undefined || expiration.getTime() - clock.now().getTime() >= validForMs;
  const renew = async () => {
    known = await provider();
    return known;
  };
  return () => {
    if (known !== undefined && isGood(known)) return Promise.resolve(known);
    if (pending !== undefined) return awaitOther(clock, pending);
    pending = renew().finally(() => {
      pending = undefined;
    });
    return pending;
  };
}
