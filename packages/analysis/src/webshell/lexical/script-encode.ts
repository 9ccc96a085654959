/** What a character from 32 to 127 stands for in each of the three alphabets, two hexadecimal digits each. */
const ALPHABETS = [
  '2e477a56426a2f26494134325b7672433839704568714f09624423754a7e4a5e40774a615d224b6f4e3b4c50672a7d74' +
    '542b2d2c306e6b66352521644d52633f7b7829287359337f6d55537c3a5f65465831696c5a48275c3d24793760512036',
  '2d755260715e495c627d2936207c7a7f6b63332b68516676316454434c3a4c7e4c452c2a7427374479592f6f26726a39' +
    '7b3f387767534734785d30235a5b6c485570692e4c21244e5009567335614b583b57226d4d2528464a32413d5f4f4265',
  '323021295b38333d583a3565395c5673664e456b6259785e7d4a6d714160415340422748727531374d5222546a47642d' +
    '207f2e4c5d7e6c6f797443267625242b28234134092a443f773b55696163506751494f46687c36706e7a2f5f4b5a2c57',
].map((hex) => Buffer.from(hex, 'hex').toString('latin1'));
/** Which alphabet is next, over and over. */
const ORDER = [...'0120121221210212021200122102122100212120200120210212001220012021'].map(Number);
/** A tab, in each. */
const TAB = 'Wn{';
const ESCAPED: Readonly<Record<string, string>> = {
  '@&': '\n',
  '@#': '\r',
  '@*': '>',
  '@!': '<',
  '@$': '@',
};

/**
 * Undoes Microsoft's Script Encoder: `#@~^`, a length, the text, a checksum, `^#~@`. The alphabets are those of the
 * published decoders; there is no formula behind them. Bytes from 128 on stand for themselves.
 */
export function decodeScripts(source: string): string {
  if (!source.includes('#@~^')) return source;
  // What is cut off has no end, and is read as far as it goes.
  return source.replace(/#@~\^[A-Za-z0-9+/]{6}==((?:[^^]|\^(?!#~@))*)(?:\^#~@|$)/g, (_, text: string) =>
    decode(text.replace(/[A-Za-z0-9+/]{6}==$/, '')),
  );
}

function decode(text: string): string {
  let at = -1;
  return text
    .replace(/@[&#*!$]/g, (pair) => ESCAPED[pair] ?? pair)
    .replace(/[\0-\x7f]/g, (character) => {
      at++;
      const alphabet = ORDER[at % ORDER.length] ?? 0;
      if (character === '\t') return TAB[alphabet] ?? character;
      if (character < ' ' || '<>@'.includes(character)) return character;
      return ALPHABETS[alphabet]?.[character.charCodeAt(0) - 32] ?? character;
    });
}
