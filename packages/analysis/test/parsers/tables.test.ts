import { describe, expect, it } from 'vitest';
import { parseMd5sums } from '../../src/parsers/md5sums.js';
import { TsvParser, unescapeField } from '../../src/parsers/tsv.js';

describe('tables', () => {
  it('undoes escapes once', () => {
    expect(unescapeField('a\\tb\\\\n\\x1b\\n')).toBe('a\tb\\n\x1b\n');
  });

  it('reads rows by column name, short and hostile ones too', () => {
    const parser = new TsvParser();
    expect(parser.parse('pid\tcomm\t__proto__')).toBeUndefined();
    expect(parser.parse('7\tbash')).toEqual({ pid: '7', comm: 'bash' });
    expect(Object.values(parser.parse('7\tbash\tx\textra') ?? {})).toEqual(['7', 'bash', 'x']);
    expect(({} as { x?: unknown }).x).toBeUndefined();
  });
});

describe('md5sums', () => {
  it('reads a line', () => {
    expect(parseMd5sums('d41d8cd98f00b204e9800998ecf8427e  usr/bin/x y')).toEqual({
      md5: 'd41d8cd98f00b204e9800998ecf8427e',
      path: '/usr/bin/x y',
    });
    expect(parseMd5sums('short  x')).toBeUndefined();
  });
});
