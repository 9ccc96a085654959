/** What stands between double quotes. */
export interface Quoted {
  readonly value: string;
  /** Behind the closing quote. */
  readonly end: number;
}

/** The quoted text that begins there; a backslash keeps a quote within it. */
export function quoted(text: string, start: number): Quoted | undefined {
  if (text[start] !== '"') return undefined;
  for (let at = start + 1; at < text.length; at += 1) {
    if (text[at] === '\\') at += 1;
    else if (text[at] === '"') return { value: text.slice(start + 1, at), end: at + 1 };
  }
  return undefined;
}
