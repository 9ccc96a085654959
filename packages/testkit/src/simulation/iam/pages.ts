import type { SimulatedCall } from '../service.js';
import { validationError } from './errors.js';

interface PageRequest {
  readonly Marker?: string | undefined;
  readonly MaxItems?: number | undefined;
}

interface Page<T> {
  readonly items: readonly T[];
  readonly IsTruncated: boolean;
  readonly Marker?: string;
}

/** IAM pages by `Marker` and `IsTruncated`, and may answer less than `MaxItems` at any time. */
export function iamPage<T>(call: SimulatedCall<PageRequest>, items: readonly T[]): Page<T> {
  const { Marker, MaxItems } = call.input;
  const from = Marker === undefined ? 0 : Number(Buffer.from(Marker, 'base64url').toString());
  if (!Number.isInteger(from)) throw validationError('Invalid Marker.');
  const to = from + Math.min(MaxItems ?? Number.POSITIVE_INFINITY, call.world.pageSize);
  const page = items.slice(from, to);
  if (to >= items.length) return { items: page, IsTruncated: false };
  return { items: page, IsTruncated: true, Marker: Buffer.from(String(to)).toString('base64url') };
}
