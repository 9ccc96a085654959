import type { Account, Operation } from '../../engine/account.js';

interface Paged {
  readonly NextToken?: string | undefined;
}

export interface Listing<Input, Output, Item> {
  readonly input: Input;
  /** The items of one page. */
  readonly items: (page: Output) => readonly Item[] | undefined;
  /** Stops after so many pages. */
  readonly maxPages?: number;
}

/** All pages of a list, as one array. EC2 and SSM page by `NextToken`, and may send an empty one at the end. */
export async function listAll<Input extends Paged, Output extends Paged, Item>(
  account: Account,
  operation: Operation<Input, Output>,
  listing: Listing<NoInfer<Input>, NoInfer<Output>, Item>,
): Promise<readonly Item[]> {
  const { input, items, maxPages = Number.POSITIVE_INFINITY } = listing;
  const found: Item[] = [];
  let next: string | undefined;
  let pages = 0;
  do {
    const page: Output = await account.call(
      operation,
      next === undefined ? input : { ...input, NextToken: next },
    );
    found.push(...(items(page) ?? []));
    next = page.NextToken || undefined;
    pages += 1;
  } while (next !== undefined && pages < maxPages);
  return found;
}
