import { awsError } from '../errors.js';
import { matchesWildcard } from '../iam/wildcard.js';

interface Filter {
  readonly Name?: string | undefined;
  readonly Values?: readonly string[] | undefined;
}

interface Tagged {
  readonly Tags?:
    | readonly { readonly Key?: string | undefined; readonly Value?: string | undefined }[]
    | undefined;
}

/** The values an item has under a filter's name, by filter. */
export type FilterTable<Item> = Readonly<Record<string, (item: Item) => readonly unknown[] | unknown>>;

const MOST_VALUES = 200;

function tagValues(item: Tagged, name: string): readonly unknown[] | undefined {
  const tags = item.Tags ?? [];
  if (name === 'tag-key') return tags.map((tag) => tag.Key);
  if (!name.startsWith('tag:')) return undefined;
  return tags.filter((tag) => tag.Key === name.slice('tag:'.length)).map((tag) => tag.Value);
}

function valuesOf<Item extends Tagged>(
  table: FilterTable<Item>,
  item: Item,
  name: string,
): readonly unknown[] {
  const values = tagValues(item, name) ?? table[name]?.(item);
  if (values === undefined || values === null) return [];
  return Array.isArray(values) ? values : [values];
}

function check<Item>(table: FilterTable<Item>, { Name: name = '', Values: values = [] }: Filter): void {
  const known = name === 'tag-key' || name.startsWith('tag:') || Object.hasOwn(table, name);
  // AWS's sentence ends before the bracket; the simulation does not know every filter that AWS does.
  if (!known) throw awsError('InvalidParameterValue', `The filter '${name}' is invalid (or not simulated)`);
  if (values.length === 0) {
    throw awsError('InvalidParameterValue', `The filter '${name}' must have at least one value`);
  }
  if (values.length <= MOST_VALUES) return;
  throw awsError(
    'FilterLimitExceeded',
    `The maximum number of filter values specified on a single call is ${MOST_VALUES}`,
  );
}

function asText(value: unknown): string {
  return value instanceof Date ? value.toISOString() : String(value);
}

/** Filters as EC2 does: names are joined by and, values by or, `*` and `?` are wildcards, an unknown name is refused. */
export function filtered<Item extends Tagged>(
  items: readonly Item[],
  filters: readonly Filter[] | undefined,
  table: FilterTable<Item>,
): Item[] {
  for (const filter of filters ?? []) check(table, filter);
  return items.filter((item) =>
    (filters ?? []).every(({ Name: name = '', Values: wanted = [] }) =>
      valuesOf(table, item, name).some((value) =>
        wanted.some((pattern) => matchesWildcard(pattern, asText(value))),
      ),
    ),
  );
}
