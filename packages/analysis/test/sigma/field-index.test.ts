import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Candidates } from '../../src/sigma/candidates.js';
import { FieldIndex } from '../../src/sigma/field-index.js';
import type { Place } from '../../src/sigma/requirement.js';

const STANDS: Readonly<Record<Place, (text: string, part: string) => boolean>> = {
  anywhere: (text, part) => text.includes(part),
  start: (text, part) => text.startsWith(part),
  end: (text, part) => text.endsWith(part),
  whole: (text, part) => text === part,
};

describe('the index of a field', () => {
  const places = fc.constantFrom<Place>('anywhere', 'start', 'end', 'whole');
  const required = fc.record({ text: fc.stringMatching(/^[abcéς]{1,4}$/), place: places });

  it('finds exactly the texts that stand where they must', () => {
    fc.assert(
      fc.property(
        fc.array(required, { minLength: 1, maxLength: 12 }),
        fc.stringMatching(/^[abcdABÉΣİ]{0,20}$/),
        (wanted, text) => {
          const index = new FieldIndex(
            wanted.map((one, rule) => ({ ...one, field: 0, uses: [{ rule, bit: 1 }] })),
          );
          const candidates = new Candidates(wanted.map(() => 1));
          candidates.begin([]);
          index.look(text, candidates);
          candidates.sort();
          const lowered = text.toLowerCase();
          expect([...candidates.rules.subarray(0, candidates.count)]).toEqual(
            wanted.flatMap((one, rule) => (STANDS[one.place](lowered, one.text) ? [rule] : [])),
          );
        },
      ),
      { numRuns: 500 },
    );
  });

  it('names a rule once all its requirements are met, and forgets them with the next event', () => {
    const index = new FieldIndex(
      ['ab', 'cd'].map((text, position) => ({
        text,
        field: 0,
        place: 'anywhere' as const,
        uses: [{ rule: 0, bit: 1 << position }],
      })),
    );
    const candidates = new Candidates([2]);
    const found = (...texts: readonly string[]) => {
      candidates.begin([]);
      for (const text of texts) index.look(text, candidates);
      return candidates.count;
    };
    expect([found('ab ab'), found('cd'), found('ab', 'cd ab')]).toEqual([0, 0, 1]);
  });
});
