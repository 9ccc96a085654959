import type { SimulatedCall } from '../simulation/service.js';
import { ssmError } from './errors.js';

interface PagedInput {
  readonly NextToken?: string | undefined;
  readonly MaxResults?: number | undefined;
}

/** A page of a list, as small as the world's pages are. */
export function pageOf<Item>(
  call: SimulatedCall<PagedInput>,
  all: readonly Item[],
): { readonly items: readonly Item[]; readonly next: { readonly NextToken?: string } } {
  const { NextToken, MaxResults } = call.input;
  const start = NextToken === undefined ? 0 : Number(/^page-(\d+)$/.exec(NextToken)?.[1] ?? Number.NaN);
  if (Number.isNaN(start)) throw ssmError.validation('The specified token is not valid.');
  const end = start + Math.min(MaxResults ?? call.world.pageSize, call.world.pageSize);
  return { items: all.slice(start, end), next: end < all.length ? { NextToken: `page-${end}` } : {} };
}
