import type { Candidates, Use } from './candidates.js';
import type { Place, RequiredText } from './requirement.js';
import { type TextAutomaton, textAutomaton } from './text-automaton.js';

/** What rules require of one field. */
export interface IndexedText extends RequiredText {
  readonly uses: readonly Use[];
}

const PLACES: Readonly<Record<Place, number>> = { anywhere: 0, start: 1, end: 2, whole: 3 };

/** Finds in one pass over a text which rules' requirements it meets. */
export class FieldIndex {
  private readonly automaton: TextAutomaton;
  /**
   * What a text that ends in a state means, as rows of numbers, since every event comes by here: rule, bit, place and
   * length. A state's rows begin where `rowsOf` says, and end where the next one's begin.
   */
  private readonly rows: Int32Array;
  private readonly rowsOf: Int32Array;

  constructor(texts: readonly IndexedText[]) {
    this.automaton = textAutomaton(texts.map(({ text }) => text));
    const rows = texts.map(rowsFor);
    const ofStates = this.automaton.endings.map((list) => list.flatMap((index) => rows[index] ?? []));
    this.rows = Int32Array.from(ofStates.flat());
    this.rowsOf = new Int32Array(ofStates.length + 1);
    ofStates.forEach((list, state) => {
      this.rowsOf[state + 1] = (this.rowsOf[state] ?? 0) + list.length;
    });
  }

  /** Allocates nothing for ASCII: the automaton reads either case. */
  look(text: string, candidates: Candidates): void {
    const { columns, moves, firstEnding } = this.automaton;
    let state = 0;
    for (let at = 0; at < text.length; at++) {
      const code = text.charCodeAt(at);
      if (code > 127) {
        this.lookLowered(text.toLowerCase(), candidates);
        return;
      }
      state = moves[state + (columns[code] ?? 0)] ?? 0;
      if (state >= firstEnding) this.meet(state, at + 1, text.length - at - 1, candidates);
    }
  }

  /** Other alphabets: one character may become two, and its neighbours matter. */
  private lookLowered(text: string, candidates: Candidates): void {
    const { columns, farColumns, moves, firstEnding } = this.automaton;
    let state = 0;
    for (let at = 0; at < text.length; at++) {
      const code = text.charCodeAt(at);
      state = moves[state + ((code > 127 ? farColumns.get(code) : columns[code]) ?? 0)] ?? 0;
      if (state >= firstEnding) this.meet(state, at + 1, text.length - at - 1, candidates);
    }
  }

  private meet(state: number, before: number, after: number, candidates: Candidates): void {
    const { rows, rowsOf } = this;
    const ending = (state - this.automaton.firstEnding) / this.automaton.width;
    const end = rowsOf[ending + 1] ?? 0;
    for (let row = rowsOf[ending] ?? 0; row < end; row += 4) {
      const place = rows[row + 2] ?? 0;
      if ((place & 2) !== 0 && after !== 0) continue;
      if ((place & 1) !== 0 && before !== rows[row + 3]) continue;
      candidates.meet(rows[row] ?? 0, rows[row + 1] ?? 0);
    }
  }
}

function rowsFor({ text, place, uses }: IndexedText): readonly number[] {
  return uses.flatMap(({ rule, bit }) => [rule, bit, PLACES[place], text.length]);
}
