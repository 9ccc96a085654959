import type { Progress } from '@cordon/core';
import { expect } from 'vitest';

/** Progress of one step in bytes: one total, never backwards, and told often enough to reckon a rate with. */
export function expectSteady(progress: readonly Progress[], step: string): void {
  const own = progress.filter((one) => one.step === step);
  expect(own.length).toBeGreaterThan(2);
  expect(new Set(own.map(({ unit }) => unit))).toEqual(new Set(['bytes']));
  expect(new Set(own.map(({ total }) => total)).size).toBe(1);
  expect(own.map(({ done }) => done)).toEqual(own.map(({ done }) => done).toSorted((a, b) => a - b));
  const last = own.at(-1);
  expect(last?.done).toBe(last?.total);
}
