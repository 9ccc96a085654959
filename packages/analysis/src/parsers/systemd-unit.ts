/** One setting of a unit file. */
export interface UnitSetting {
  readonly section: string;
  readonly key: string;
  readonly value: string;
  /** 1-based line on which it begins. */
  readonly line: number;
}

/** Reads a unit file a line at a time; joins lines that end in a backslash, at most 64 kB of them. */
export class UnitParser {
  #section = '';
  #open: { key: string; value: string; line: number } | undefined;

  parse(text: string, line: number): UnitSetting | undefined {
    const continued = this.#continue(text);
    if (continued !== 'none') return continued;
    const trimmed = text.trim();
    if (trimmed === '' || trimmed.startsWith('#') || trimmed.startsWith(';')) return undefined;
    if (trimmed.startsWith('[') && trimmed.endsWith(']')) {
      this.#section = trimmed.slice(1, -1);
      return undefined;
    }
    const equals = trimmed.indexOf('=');
    if (equals < 1) return undefined;
    this.#open = { key: trimmed.slice(0, equals).trim(), value: '', line };
    return this.#take(trimmed.slice(equals + 1).trim());
  }

  #continue(text: string): UnitSetting | undefined | 'none' {
    if (this.#open === undefined) return 'none';
    // systemd skips comment lines between continued lines.
    if (/^\s*[#;]/.test(text)) return undefined;
    return this.#take(text.trim());
  }

  #take(piece: string): UnitSetting | undefined {
    const open = this.#open;
    if (open === undefined) return undefined;
    if (piece.endsWith('\\') && open.value.length < 65_536) {
      open.value += `${piece.slice(0, -1)} `;
      return undefined;
    }
    this.#open = undefined;
    return { section: this.#section, key: open.key, value: (open.value + piece).trim(), line: open.line };
  }
}
