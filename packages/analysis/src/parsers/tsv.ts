/** Undoes the escapes of the collection's tables: `\t`, `\n`, `\r`, `\\`, and `\xHH` for bytes that are no UTF-8. */
export function unescapeField(field: string): string {
  if (!field.includes('\\')) return field;
  return field.replace(
    /\\(?:x([0-9a-fA-F]{2})|([tnr\\]))/g,
    (_whole, hex: string | undefined, letter: string) =>
      hex === undefined ? (LETTERS[letter] ?? letter) : String.fromCharCode(Number.parseInt(hex, 16)),
  );
}

const LETTERS: { readonly [letter: string]: string } = { t: '\t', n: '\n', r: '\r', '\\': '\\' };

export type Row = { readonly [column: string]: string | undefined };

/** Reads a table with a header row, a line at a time. A short row lacks its last columns; a long one loses them. */
export class TsvParser {
  #columns: readonly string[] | undefined;

  /** @returns the row, or undefined for the header and for empty lines */
  parse(line: string): Row | undefined {
    if (line === '') return undefined;
    const fields = line.split('\t');
    if (this.#columns === undefined) {
      this.#columns = fields;
      return undefined;
    }
    // No prototype: a column named `__proto__` is a column.
    const row: Record<string, string> = Object.create(null);
    for (const [index, name] of this.#columns.entries()) {
      const field = fields[index];
      if (field !== undefined) row[name] = unescapeField(field);
    }
    return row;
  }
}

/** A whole number of a table, or undefined. */
export function integer(text: string | undefined): number | undefined {
  return text !== undefined && /^-?\d{1,16}$/.test(text) ? Number(text) : undefined;
}
