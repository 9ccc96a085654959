import type { Case, World } from './world.ts';

/** What came of a case: AWS's code and HTTP status, or the form of the answer. */
export type Outcome =
  | { readonly refused: string; readonly status: number | undefined; readonly message: string }
  | { readonly shape: Shape };

/** Field by field its type; lists have the type of their first item. */
export type Shape = Readonly<Record<string, string>>;

function typeOf(value: unknown): string {
  if (value instanceof Date) return 'date';
  if (value instanceof Uint8Array) return 'bytes';
  if (Array.isArray(value)) return 'list';
  return value === null ? 'null' : typeof value;
}

function fieldsOf(value: unknown, path: string): readonly (readonly [string, string])[] {
  const type = typeOf(value);
  if (type === 'list') return [[path, type], ...fieldsOfItems(value as readonly unknown[], path)]; // as typeOf says
  if (type !== 'object' || isStream(value)) return [[path, type]];
  const inner = Object.entries(value as object).flatMap(([name, one]) => fieldsOf(one, `${path}.${name}`));
  return path === '' ? inner : [[path, type], ...inner];
}

function fieldsOfItems(items: readonly unknown[], path: string) {
  return items.length === 0 ? [] : fieldsOf(items[0], `${path}[]`);
}

function isStream(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'pipe' in value;
}

export function shapeOf(answer: object): Shape {
  const { $metadata: _metadata, ...fields } = answer as { readonly $metadata?: unknown }; // what every answer has
  return Object.fromEntries(fieldsOf(fields, ''));
}

interface Refusal {
  readonly name?: string;
  readonly message?: string;
  readonly $metadata?: { readonly httpStatusCode?: number };
}

export async function outcomeOf({ ask }: Case, world: World): Promise<Outcome> {
  try {
    return { shape: shapeOf(await ask(world)) };
  } catch (error) {
    const { name = 'Error', message = '', $metadata } = error as Refusal; // as the SDK throws
    return { refused: name, status: $metadata?.httpStatusCode, message };
  }
}

/** `yes`, or AWS's code and the HTTP status. */
export function wordOf(outcome: Outcome): string {
  return 'refused' in outcome ? `${outcome.refused} ${outcome.status}` : 'yes';
}

/** Fields that both have answered, with types that differ. */
export function conflicts(one: Outcome, other: Outcome): readonly string[] {
  if ('refused' in one || 'refused' in other) return [];
  return Object.entries(one.shape).flatMap(([field, type]) => {
    const there = other.shape[field];
    return there === undefined || there === type ? [] : [`${field}: ${type} and ${there}`];
  });
}
