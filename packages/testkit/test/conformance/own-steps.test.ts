import type { Step } from '@cordon/core';
import { controlPlaneEvidence, denyRole, inspect, isolate, protect } from '@cordon/core/steps';
import { diskSnapshots } from '@cordon/steps-disk';
import { liveTriage, quickTriage } from '@cordon/steps-memory';
import { describe, expect, it } from 'vitest';
import { assertStepConforms, type ConformanceOptions } from '../../src/index.js';

const own = (step: Step, options: ConformanceOptions = {}) => ({
  step,
  options: { vendor: 'cordon', ...options },
});

const STEPS = [
  own(inspect()),
  own(diskSnapshots(), { before: [inspect()] }),
  // It reads, though through a command: over a cap it runs all the same.
  own(quickTriage(), { before: [inspect()], except: ['NOT_HARMLESS'] }),
  own(protect()),
  own(isolate()),
  own(denyRole(), { before: [inspect()] }),
  own(liveTriage({ stagingBucket: 'cordon-staging-999900001111' })),
  own(controlPlaneEvidence(), { before: [inspect()] }),
];

describe('a step of Cordon’s own', { timeout: 120_000 }, () => {
  it.each(STEPS)('conforms: $step.id', async ({ step, options }) => {
    const began = performance.now();
    const seen = await assertStepConforms(step, options);
    console.log(step.id, Math.round(performance.now() - began), seen.runs, JSON.stringify(seen.warnings));
    expect(seen.runs).toBeGreaterThanOrEqual(2);
  });
});
