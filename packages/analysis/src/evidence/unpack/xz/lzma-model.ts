// How the probabilities of LZMA are laid out in one array (LZMA SDK, lzma-specification).

export const STATES = 12;
const POSITION_STATES = 16;
const LENGTH_SYMBOLS = 2 + POSITION_STATES * 8 * 2 + 256;

/** Of a length coder: two choices, then trees of 8, 8 and 256 leaves. */
export const LENGTH = {
  choice: 0,
  choice2: 1,
  low: 2,
  mid: 2 + POSITION_STATES * 8,
  high: 2 + POSITION_STATES * 16,
};

const SIZES = {
  isMatch: STATES * POSITION_STATES,
  isRep: STATES,
  isRepG0: STATES,
  isRepG1: STATES,
  isRepG2: STATES,
  isRep0Long: STATES * POSITION_STATES,
  positionSlot: 4 * 64,
  positionSpecial: 128,
  align: 16,
  matchLength: LENGTH_SYMBOLS,
  repLength: LENGTH_SYMBOLS,
};
type Part = keyof typeof SIZES | 'literal';

function offsets(): { readonly [part in Part]: number } {
  let at = 0;
  const starts = Object.entries(SIZES).map(([part, size]) => {
    const start = at;
    at += size;
    return [part, start] as const;
  });
  // Exactly the keys of SIZES, and the literals, which come last: their number depends on the properties.
  return { ...Object.fromEntries(starts), literal: at } as { readonly [part in Part]: number };
}

export const AT = offsets();

/** LZMA2 allows four bits at most, so that this is a small array. */
export const MOST_LITERAL_BITS = 4;
export const MODEL_SIZE = AT.literal + (0x300 << MOST_LITERAL_BITS);
export const EVEN_ODDS = 1024;
