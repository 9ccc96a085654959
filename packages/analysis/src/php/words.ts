/**
 * Words the engine knows, found while the lexer reads them: the hash is built in the same loop as the name, so that
 * nothing later has to cut and lower-case names to ask what they are.
 */
const TABLE_SIZE = 1 << 13;
const slots = new Int16Array(TABLE_SIZE);
const texts: string[] = [''];

/** One step of the hash; `code` is a character in lower case. */
export const hashStep = (hash: number, code: number): number => (Math.imul(hash, 31) + code) | 0;

function hashOf(text: string): number {
  let hash = 0;
  for (let i = 0; i < text.length; i++) hash = hashStep(hash, text.charCodeAt(i) | 32);
  return hash;
}

function slotFor(text: string, hash: number): number {
  let slot = hash & (TABLE_SIZE - 1);
  for (;;) {
    const id = slots[slot] ?? 0;
    if (id === 0 || texts[id] === text) return slot;
    slot = (slot + 1) & (TABLE_SIZE - 1);
  }
}

/** The id of a word (lower case), made known if it was not. Called while modules load, never for evidence. */
export function word(text: string): number {
  const slot = slotFor(text, hashOf(text));
  const known = slots[slot] ?? 0;
  if (known !== 0) return known;
  texts.push(text);
  slots[slot] = texts.length - 1;
  return texts.length - 1;
}

/** The text of a word by its id. */
export function wordText(id: number): string {
  return texts[id] ?? '';
}

export function words(list: string): readonly number[] {
  return list.trim().split(/\s+/).map(word);
}

/** The id of the word at `[start, end)` whose folded hash is `hash`; 0 when it is none of ours. */
export function findWord(hash: number, source: string, start: number, end: number): number {
  let slot = hash & (TABLE_SIZE - 1);
  for (;;) {
    const id = slots[slot] ?? 0;
    if (id === 0) return 0;
    if (sameFolded(texts[id] as string, source, start, end)) return id; // ids index texts
    slot = (slot + 1) & (TABLE_SIZE - 1);
  }
}

function sameFolded(text: string, source: string, start: number, end: number): boolean {
  if (text.length !== end - start) return false;
  for (let i = 0; i < text.length; i++) {
    const code = source.charCodeAt(start + i);
    const folded = code >= 65 && code <= 90 ? code | 32 : code;
    if (folded !== text.charCodeAt(i)) return false;
  }
  return true;
}

/** A set of words, asked by id. */
export function wordSet(...ids: readonly number[]): Uint8Array {
  const set = new Uint8Array(1024);
  for (const id of ids) set[id] = 1;
  return set;
}
