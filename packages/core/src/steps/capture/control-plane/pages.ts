import type { Account, CallOptions, Operation } from '../../../engine/account.js';

interface Paged {
  readonly NextToken?: string | undefined;
}

export interface PagedQuestion<Input, Output, Item> extends CallOptions {
  readonly input: Input;
  readonly items: (page: Output) => readonly Item[] | undefined;
}

/** The pages of a list that goes on by `NextToken`, one in memory at a time. */
export async function* pagesOf<Input extends Paged, Output extends Paged, Item>(
  account: Account,
  operation: Operation<Input, Output>,
  question: PagedQuestion<NoInfer<Input>, NoInfer<Output>, Item>,
): AsyncIterable<readonly Item[]> {
  const { input, items, ...options } = question;
  let next: string | undefined;
  do {
    const page: Output = await account.call(
      operation,
      next === undefined ? input : { ...input, NextToken: next },
      options,
    );
    yield items(page) ?? [];
    next = page.NextToken || undefined;
  } while (next !== undefined);
}
