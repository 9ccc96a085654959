/** Texts of which each state of an {@link TextAutomaton} has read the end. */
export type Endings = readonly (readonly number[])[];

/**
 * An Aho-Corasick automaton over texts in lower case, which reads ASCII in either case. States in which a text ends come
 * last, so that one comparison tells them from the others.
 */
export interface TextAutomaton {
  /** Character below 128 -> column; 0 for characters that stand in none of the texts. */
  readonly columns: Uint16Array;
  /** The same for all other characters. */
  readonly farColumns: ReadonlyMap<number, number>;
  readonly width: number;
  /** State and column -> state; states are multiplied by the width. */
  readonly moves: Int32Array;
  /** The first state in which texts end. */
  readonly firstEnding: number;
  /** Per state from that one on, the numbers of those texts. */
  readonly endings: Endings;
}

export function textAutomaton(texts: readonly string[]): TextAutomaton {
  const alphabet = readAlphabet(texts);
  const trie = buildTrie(texts, alphabet);
  linkSuffixes(trie, alphabet.width);
  return { ...alphabet, ...layOut(trie, alphabet.width) };
}

interface Alphabet {
  readonly columns: Uint16Array;
  readonly farColumns: Map<number, number>;
  readonly width: number;
}

function readAlphabet(texts: readonly string[]): Alphabet {
  const columns = new Uint16Array(128);
  const farColumns = new Map<number, number>();
  let width = 1;
  for (const code of new Set(texts.flatMap((text) => codesOf(text)))) {
    if (code < 128) columns[code] = width++;
    else farColumns.set(code, width++);
  }
  for (let code = 65; code <= 90; code++) columns[code] = columns[code + 32] ?? 0;
  return { columns, farColumns, width };
}

function codesOf(text: string): readonly number[] {
  return Array.from({ length: text.length }, (_, at) => text.charCodeAt(at));
}

interface Trie {
  /** State and column -> state; -1 where there is none yet. One table: ten thousand small ones would be slow to free. */
  readonly next: Int32Array;
  /** Per state. */
  readonly ends: number[][];
}

function buildTrie(texts: readonly string[], { columns, farColumns, width }: Alphabet): Trie {
  const mostStates = texts.reduce((sum, text) => sum + text.length, 1);
  const next = new Int32Array(mostStates * width).fill(-1);
  const ends: number[][] = [[]];
  texts.forEach((text, index) => {
    let state = 0;
    for (let at = 0; at < text.length; at++) {
      const code = text.charCodeAt(at);
      const move = state * width + ((code < 128 ? columns[code] : farColumns.get(code)) ?? 0);
      if ((next[move] ?? -1) < 0) {
        next[move] = ends.length;
        ends.push([]);
      }
      state = next[move] ?? 0;
    }
    ends[state]?.push(index);
  });
  return { next, ends };
}

/** Fills every missing move with that of the longest suffix that is also a prefix. */
function linkSuffixes({ next, ends }: Trie, width: number): void {
  const suffix = new Int32Array(ends.length);
  const queue: number[] = [0];
  for (let head = 0; head < queue.length; head++) {
    const state = queue[head] ?? 0;
    for (let column = 0; column < width; column++) {
      const move = state * width + column;
      const target = next[move] ?? -1;
      const fallback = state === 0 ? 0 : (next[(suffix[state] ?? 0) * width + column] ?? 0);
      if (target < 0) {
        next[move] = fallback;
        continue;
      }
      suffix[target] = fallback;
      ends[target]?.push(...(ends[fallback] ?? []));
      queue.push(target);
    }
  }
}

/** Numbers the states anew and writes their moves into one table. */
function layOut({ next, ends }: Trie, width: number): Omit<TextAutomaton, keyof Alphabet> {
  const states = [...ends.keys()];
  const plain = states.filter((state) => ends[state]?.length === 0);
  const ending = states.filter((state) => ends[state]?.length !== 0);
  const places = new Int32Array(ends.length);
  const order = [...plain, ...ending];
  order.forEach((state, place) => {
    places[state] = place * width;
  });
  const moves = new Int32Array(ends.length * width);
  for (const state of states) {
    const place = places[state] ?? 0;
    for (let column = 0; column < width; column++)
      moves[place + column] = places[next[state * width + column] ?? 0] ?? 0;
  }
  return { moves, firstEnding: plain.length * width, endings: ending.map((state) => ends[state] ?? []) };
}
