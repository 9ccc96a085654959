import fc from 'fast-check';
import { expect, it } from 'vitest';
import { archivesOf } from '../../src/collect/archives.js';

const VOLUME = 'vol-0123456789abcdef0';
const count = fc.integer({ min: 0, max: 9_999_999_999 });
const sha256 = fc.stringMatching(/^[0-9a-f]{64}$/);

it('reads back every line that the script can print', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 10 ** 15 - 1 }),
      sha256,
      count,
      count,
      count,
      (size, sum, files, left, unread) => {
        const answer = { [VOLUME]: `${size} ${sum} ${files} ${left} ${unread}` };
        expect(archivesOf(answer, [VOLUME])).toEqual([
          { volumeId: VOLUME, sizeBytes: size, sha256: sum, files, leftOut: left, unread },
        ]);
      },
    ),
  );
});

it('takes any other answer for no archive, and never for a smaller one', () => {
  const other = fc.oneof(
    fc.string(),
    fc.stringMatching(/^[0-9]{1,20} [0-9a-f]{60,66}( -?[0-9.e]{1,12}){0,5}$/),
  );
  fc.assert(
    fc.property(other, (text) => {
      const fields = text.split(' ');
      const isLine = /^[0-9]{1,15} [0-9a-f]{64}( [0-9]{1,10}){3}$/.test(text) && fields.length === 5;
      const read = () => archivesOf({ [VOLUME]: text }, [VOLUME]);
      if (isLine) expect(read()[0]?.sizeBytes).toBe(Number(fields[0]));
      else expect(read).toThrow('no archive of');
    }),
  );
});

it('reads only what was asked for: a volume that the answer adds is nobody’s', () => {
  const line = `1 ${'a'.repeat(64)} 1 0 0`;
  const read = archivesOf({ [VOLUME]: line, 'vol-0bad0bad0bad0bad0': line }, [VOLUME]);
  expect(read.map(({ volumeId }) => volumeId)).toEqual([VOLUME]);
  expect(() => archivesOf({ __proto__: line }, ['__proto__'])).toThrow('no archive of');
});
