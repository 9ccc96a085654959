import { describe, expect, it } from 'vitest';
import { compile } from '../../src/engine/compile.js';
import { IncidentPipeline } from '../../src/engine/pipeline.js';
import { defineStep } from '../../src/engine/step.js';
import { isolate } from '../../src/steps/index.js';

/** A step as JavaScript may write it, where no compiler looks. */
function careless(change: object) {
  const whole = { id: 'acme.a', title: 'A', phase: 'examine', provides: [], start: async () => ({}) };
  return defineStep({ ...whole, ...change } as never);
}

describe('compile', () => {
  it.each([
    ['a function', () => isolate, 'step 1 is a function: call it, isolate()'],
    ['nothing', () => undefined, /^step 1 is none: /],
    [
      'a step that provides nothing, and does not say so',
      () => careless({ provides: undefined }),
      /^step 1 is none: /,
    ],
    ['a step without start', () => careless({ start: undefined }), /^step 1 is none: /],
    [
      'a phase that is none',
      () => careless({ phase: 'analysis' }),
      /^step 'acme.a' has no phase of ours: protect, /,
    ],
  ])('names %s for a step', (_, made, message) => {
    const pipeline = IncidentPipeline.fromSteps('p', [{ step: made() as never, after: [] }]);
    const compiled = compile(pipeline);
    expect(compiled).toMatchObject({ ok: false, problems: [{ code: 'NOT_A_STEP' }] });
    const [problem] = compiled.ok ? [] : compiled.problems;
    expect(problem?.message).toMatch(message);
  });
});
