/** Finds which of many texts stand in another, in one pass over it. */
export class TextFinder {
  /** Character -> column; 0 for characters that stand in none of the texts. */
  private readonly columns = new Uint16Array(0x10000);
  private readonly width: number;
  /** State times column -> state, already multiplied by the width. */
  private readonly moves: Int32Array;
  /** Per state the texts that end there, or null. */
  private readonly found: readonly (readonly number[] | null)[];

  constructor(texts: readonly string[]) {
    let width = 1;
    for (const text of texts) {
      for (let at = 0; at < text.length; at++) {
        const code = text.charCodeAt(at);
        if (this.columns[code] === 0) this.columns[code] = width++;
      }
    }
    this.width = width;
    const trie = this.buildTrie(texts);
    this.found = trie.found;
    this.moves = this.link(trie);
  }

  /** Adds the position of each text that is found to `into`; the same one may come again. */
  scan(text: string, into: number[]): void {
    const { columns, moves, width, found } = this;
    let state = 0;
    for (let at = 0; at < text.length; at++) {
      state = moves[state + (columns[text.charCodeAt(at)] ?? 0)] ?? 0;
      if (state === 0) continue;
      const here = found[state / width];
      if (here != null) into.push(...here);
    }
  }

  private buildTrie(texts: readonly string[]): Trie {
    const next: Int32Array[] = [new Int32Array(this.width).fill(-1)];
    const ends: number[][] = [[]];
    texts.forEach((text, index) => {
      let state = 0;
      for (let at = 0; at < text.length; at++) {
        const row = next[state] as Int32Array; // states count the rows
        const column = this.columns[text.charCodeAt(at)] ?? 0;
        if ((row[column] ?? -1) < 0) {
          row[column] = next.length;
          next.push(new Int32Array(this.width).fill(-1));
          ends.push([]);
        }
        state = row[column] ?? 0;
      }
      ends[state]?.push(index);
    });
    return { next, ends, found: ends.map((list) => (list.length > 0 ? list : null)) };
  }

  /** Fills every missing move with that of the longest suffix that is also a prefix. */
  private link({ next, ends, found }: Trie): Int32Array {
    const { width } = this;
    const suffix = new Int32Array(next.length);
    const queue: number[] = [0];
    for (let head = 0; head < queue.length; head++) {
      const state = queue[head] ?? 0;
      const row = next[state] as Int32Array; // as above
      for (let column = 0; column < width; column++) {
        const target = row[column] ?? -1;
        const fallback = state === 0 ? 0 : (next[suffix[state] ?? 0]?.[column] ?? 0);
        if (target < 0) {
          row[column] = fallback;
          continue;
        }
        suffix[target] = fallback;
        ends[target]?.push(...(ends[fallback] ?? []));
        if ((ends[target]?.length ?? 0) > 0) found[target] = ends[target] ?? null;
        queue.push(target);
      }
    }
    const moves = new Int32Array(next.length * width);
    next.forEach((row, state) => {
      row.forEach((target, column) => {
        moves[state * width + column] = target * width;
      });
    });
    return moves;
  }
}

interface Trie {
  readonly next: Int32Array[];
  readonly ends: number[][];
  readonly found: (readonly number[] | null)[];
}
