import * as v from 'valibot';

/** An object that is not an array. */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const capital = (name: string) => name.charAt(0).toUpperCase() + name.slice(1);

/**
 * How a field is spelled in this object: EventBridge says `instanceId`, the SDK says `InstanceId`. Undefined when it is
 * absent; null counts as absent.
 */
export function spelling(value: unknown, name: string): string | undefined {
  if (!isRecord(value)) return undefined;
  const there = (key: string) => Object.hasOwn(value, key) && value[key] !== null && value[key] !== undefined;
  if (there(name)) return name;
  return there(capital(name)) ? capital(name) : undefined;
}

/** A field in either spelling. */
export function field(value: unknown, name: string): unknown {
  const key = spelling(value, name);
  return key === undefined ? undefined : (value as Readonly<Record<string, unknown>>)[key]; // `spelling` looked
}

/** The way to a field as the input spells it; below what is absent, spelled like what stands above it. */
export function spelled(root: unknown, names: readonly (string | number)[]): readonly (string | number)[] {
  let at = root;
  let capitals = false;
  return names.map((name) => {
    if (typeof name === 'number') {
      at = Array.isArray(at) ? at[name] : undefined;
      return name;
    }
    const key = spelling(at, name);
    if (key === undefined) capitals ||= isRecord(at) && looksCapital(at);
    else capitals = key !== name;
    at = key === undefined ? undefined : field(at, name);
    return key ?? (capitals ? capital(name) : name);
  });
}

function looksCapital(value: object): boolean {
  const [first] = Object.keys(value);
  return first !== undefined && /^[A-Z]/.test(first);
}

/**
 * An object with these fields, in either spelling. Only they are looked at, so that nothing else in a hostile object
 * (depth, size, names) matters.
 */
export function either<Entries extends v.ObjectEntries>(entries: Entries) {
  const pick = (value: Readonly<Record<string, unknown>>) =>
    Object.fromEntries(
      Object.keys(entries)
        .map((name) => [name, field(value, name)] as const)
        .filter(([, found]) => found !== undefined),
    );
  return v.pipe(v.custom<Readonly<Record<string, unknown>>>(isRecord), v.transform(pick), v.object(entries));
}

/** What is absent or ill-formed is simply not there: only what decides about a finding may lose it. */
export function lenient<Schema extends v.GenericSchema>(schema: Schema) {
  return v.fallback(v.optional(schema), undefined);
}

/** A list whose bad elements are undefined, so that the places of the others stay. */
export function lenientList<Schema extends v.GenericSchema>(schema: Schema) {
  return v.fallback(v.optional(v.array(v.fallback(v.optional(schema), undefined)), []), []);
}

const jsonBytes = (text: string) => Buffer.byteLength(JSON.stringify(text));

/** A text that takes at most so many bytes as JSON, where a control character takes six. Never ends in half a character. */
export function clipped(text: string, maxJsonBytes: number): string {
  let cut = text.slice(0, maxJsonBytes);
  while (jsonBytes(cut) > maxJsonBytes) cut = cut.slice(0, Math.floor(cut.length * 0.9));
  return cut.length === text.length ? text : cut.replace(/[\ud800-\udbff]$/, '');
}

/** A moment in any form that detectors use (ISO 8601, epoch milliseconds), as ISO 8601 in UTC. */
export const moment = v.pipe(
  v.union([v.string(), v.number()]),
  v.transform((given) => new Date(given)),
  v.check((date) => !Number.isNaN(date.getTime())),
  v.transform((date) => date.toISOString()),
);
