import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ATTACK_VERSION, TACTICS, techniqueOf, techniquesOf } from '../../src/attack/techniques.js';
import { COMMAND_PACKS } from '../../src/rules/packs.js';

const PACKAGES = join(import.meta.dirname, '../../..');

/** Of rules and of all analyses and steps. */
function citedIds(): readonly string[] {
  const rules = COMMAND_PACKS.flatMap(({ text }) => text.match(/attack\.t\d{4}(?:\.\d{3})?/g) ?? []);
  const sources = globSync('{analysis,core,steps-disk,steps-memory}/src/**/*.ts', { cwd: PACKAGES })
    .map((path) => readFileSync(join(PACKAGES, path), 'utf8'))
    .flatMap((text) => text.match(/techniques: \[[^\]]*\]/g) ?? [])
    .flatMap((text) => text.match(/T\d{4}(?:\.\d{3})?/g) ?? []);
  return [...new Set([...rules.map((tag) => tag.slice(7).toUpperCase()), ...sources])];
}

describe('the techniques', () => {
  it('have names for all that our own rules and analyses cite, each under a tactic that is told', () => {
    const ids = citedIds();
    expect(ids.length).toBeGreaterThan(80);
    const unnamed = ids.filter((id) => techniqueOf(id).name === techniqueOf(id).id);
    expect(unnamed).toEqual([]);
    for (const id of ids) expect(TACTICS.slice(0, -1)).toContain(techniqueOf(id).tactic);
  });

  it('are cited by the ids of this release', () => {
    expect(citedIds().filter((id) => techniqueOf(id).id !== id)).toEqual([]);
  });

  it('keep an id that nobody knows', () => {
    expect(techniqueOf('T9999')).toEqual({ id: 'T9999', name: 'T9999', tactic: 'Other' });
  });

  it.each([
    ['T1562.001', 'T1685', 'Disable or Modify Tools', 'Defense Impairment'],
    ['T1562.004', 'T1686', 'Disable or Modify System Firewall', 'Defense Impairment'],
    ['T1562.003', 'T1690', 'Prevent Command History Logging', 'Defense Impairment'],
    ['T1070.002', 'T1685.006', 'Clear Linux or Mac System Logs', 'Defense Impairment'],
    ['T1070.003', 'T1070.003', 'Clear Command History', 'Stealth'],
  ])('tell %s of earlier releases as %s', (then, id, name, tactic) => {
    expect(ATTACK_VERSION).toBe('19');
    expect(techniqueOf(then)).toEqual({ id, name, tactic });
  });

  it('are told once, whichever release named them', () => {
    expect(techniquesOf(['T1562.001', 'T1685', 'T1014', 'constructor']).map(({ id }) => id)).toEqual([
      'T1685',
      'T1014',
      'constructor',
    ]);
  });
});
