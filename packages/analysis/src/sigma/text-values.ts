import {
  base64,
  base64Offsets,
  dashVariants,
  type Encodable,
  encodable,
  utf16,
  utf16be,
  utf16le,
} from './encodings.js';
import type { EncodingModifier, FieldKey } from './modifiers.js';
import { type DocumentPath, RuleProblem } from './rule-error.js';
import { endingAnywhere, type Pattern, parsePattern, plainText, startingAnywhere } from './text-pattern.js';

/** What `%name%` stands for. */
export type Placeholders = Readonly<Record<string, readonly string[]>>;

/** The patterns that a value stands for once its modifiers are applied, in their order: one of them must fit. */
export function patternsOf(
  value: string,
  key: FieldKey,
  path: DocumentPath,
  placeholders: Placeholders,
): readonly Pattern[] {
  const texts = key.has('expand') ? expand(value, path, placeholders) : [value];
  const patterns = texts.flatMap((text) => encode(text, key, path));
  return patterns.map((pattern) => positioned(pattern, key));
}

function positioned(pattern: Pattern, key: FieldKey): Pattern {
  switch (key.position) {
    case 'contains':
      return startingAnywhere(endingAnywhere(pattern));
    case 'startswith':
      return endingAnywhere(pattern);
    case 'endswith':
      return startingAnywhere(pattern);
    default:
      // a keyword is looked for anywhere in the message
      return key.field === '' ? startingAnywhere(endingAnywhere(pattern)) : pattern;
  }
}

function encode(text: string, key: FieldKey, path: DocumentPath): readonly Pattern[] {
  const [first, ...rest] = key.encoding;
  if (first === undefined) return [parsePattern(text)];
  if (first === 'windash') {
    const variants = dashVariants(text);
    return variants.flatMap((variant) => encode(variant, { ...key, has: key.has, encoding: rest }, path));
  }
  const plain = plainText(parsePattern(text));
  if (plain === null)
    throw new RuleProblem('MODIFIER_MISUSE', `'${first}' cannot be applied to wildcards`, path);
  let values: readonly Encodable[] = [encodable(plain)];
  for (const encoding of key.encoding) values = values.flatMap((value) => applyEncoding(encoding, value));
  return values.map((value) => (value.text === '' ? [] : [value.text]));
}

function applyEncoding(encoding: EncodingModifier, value: Encodable): readonly Encodable[] {
  switch (encoding) {
    case 'base64':
      return [base64(value)];
    case 'base64offset':
      return base64Offsets(value);
    case 'utf16':
      return [utf16(value)];
    case 'utf16be':
      return [utf16be(value)];
    case 'utf16le':
    case 'wide':
      return [utf16le(value)];
    case 'windash':
      return dashVariants(value.text).map(encodable);
  }
}

const PLACEHOLDER = /(?<!\\)%([A-Za-z_][\w-]{0,63})%/;

/** Puts each of a placeholder's values in its place. */
function expand(text: string, path: DocumentPath, placeholders: Placeholders): readonly string[] {
  const found = PLACEHOLDER.exec(text);
  if (found === null) return [text.replaceAll('\\%', '%')];
  const name = found[1] ?? '';
  const values = Object.hasOwn(placeholders, name) ? placeholders[name] : undefined;
  if (values === undefined) throw new RuleProblem('PLACEHOLDER', `no values are given for '%${name}%'`, path);
  const before = text.slice(0, found.index);
  const after = text.slice(found.index + found[0].length);
  return values.flatMap((value) => expand(before + value + after, path, placeholders));
}
