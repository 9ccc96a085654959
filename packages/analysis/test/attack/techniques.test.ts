import { describe, expect, it } from 'vitest';
import { TACTICS, techniqueOf } from '../../src/attack/techniques.js';
import { COMMAND_PACKS } from '../../src/rules/packs.js';

describe('the techniques', () => {
  it('have names for all that our own rules cite, each under a tactic that is told', () => {
    const cited = COMMAND_PACKS.flatMap(({ text }) => text.match(/attack\.t\d{4}(?:\.\d{3})?/g) ?? []);
    const ids = [...new Set(cited)].map((tag) => tag.slice(7).toUpperCase());
    const unnamed = ids.filter((id) => techniqueOf(id).name === id);
    expect(unnamed).toEqual([]);
    for (const id of ids) expect(TACTICS).toContain(techniqueOf(id).tactic);
  });

  it('keep an id that nobody knows', () => {
    expect(techniqueOf('T9999')).toEqual({ id: 'T9999', name: 'T9999', tactic: 'Other' });
  });
});
