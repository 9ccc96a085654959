/** A value that comes to a name otherwise than by an assignment. */
export interface HandedValue {
  readonly name: string;
  readonly value: string;
}

const MAX_VALUES = 1_000;
const HEAD_OR_RETURN =
  /(?<![.\w])(?!(?:if|for|foreach|while|switch|catch|using|lock)\b)([A-Za-z_]\w{0,60})[ \t]{0,4}\([^()\n]{0,300}\)\s{0,40}\{|\breturn[ \t]{1,8}([^;\n]{1,400});/g;
const READ =
  /(?<![\w.])(\w{1,60}(?:\.\w{1,40}){0,4})[ \t]{0,4}\.[ \t]{0,4}Read(?:Async|Fully)?[ \t]{0,4}\([ \t]{0,4}(\w{1,60})[ \t]{0,4}[,)]/gi;

/** What functions of languages with braces return: a call of the function stands for it. */
export function returnedValues(text: string): readonly HandedValue[] {
  const found: HandedValue[] = [];
  let name: string | undefined;
  for (const [, head, value] of text.matchAll(HEAD_OR_RETURN)) {
    if (head !== undefined) name = head;
    else if (name !== undefined && value !== undefined && found.push({ name, value }) === MAX_VALUES) break;
  }
  return found;
}

/** What is read into a buffer comes from where it is read. */
export function readBuffers(text: string): readonly HandedValue[] {
  return [...text.matchAll(READ)].slice(0, MAX_VALUES).map(([, value = '', name = '']) => ({ name, value }));
}
