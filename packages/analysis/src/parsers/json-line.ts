/** An object of unknown shape, as a line of JSON holds it. */
export type JsonObject = { readonly [key: string]: unknown };

export function asObject(value: unknown): JsonObject | undefined {
  // An object that is no list has keys, whatever they are.
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as JsonObject)
    : undefined;
}

/** A line of JSON that holds an object; undefined for all else. */
export function parseJsonObject(text: string): JsonObject | undefined {
  if (!text.startsWith('{')) return undefined;
  try {
    return asObject(JSON.parse(text));
  } catch {
    return undefined;
  }
}

/** A field that is text; empty where it is none. */
export function textField(object: JsonObject, name: string): string {
  const value = object[name];
  return typeof value === 'string' ? value : '';
}

/** What an event of CloudWatch Logs holds, or the line itself where it comes from S3. */
export function logMessage(text: string): string {
  const object = text.startsWith('{') ? parseJsonObject(text) : undefined;
  const message = object?.['message'];
  return typeof message === 'string' ? message : text;
}
