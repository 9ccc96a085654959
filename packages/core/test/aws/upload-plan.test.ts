import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { partBytes, planUpload } from '../../src/aws/upload-plan.js';

const GIB = 1024 ** 3;
const MIB = 1024 ** 2;

describe('the plan of an upload', () => {
  it("keeps within S3's limits for every size up to 40 TB, and covers the file exactly", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 40 * 1024 * GIB }), (totalBytes) => {
        const plan = planUpload(totalBytes);
        expect(plan.parts).toBeLessThanOrEqual(9_000);
        expect(plan.partSizeBytes).toBeGreaterThanOrEqual(64 * MIB);
        expect(plan.partSizeBytes).toBeLessThanOrEqual(5 * GIB);
        expect(plan.partSizeBytes % MIB).toBe(0);
        const last = partBytes(plan, plan.parts);
        expect(last).toBeGreaterThan(0);
        expect((plan.parts - 1) * partBytes(plan, 1) * (plan.parts > 1 ? 1 : 0) + last).toBe(totalBytes);
      }),
    );
  });

  it('cuts 64 GiB into 1,024 parts of 64 MiB', () => {
    expect(planUpload(64 * GIB)).toEqual({
      totalBytes: 64 * GIB,
      partSizeBytes: 64 * MIB,
      parts: 1024,
    });
  });

  it('refuses an empty file and one that no plan can hold', () => {
    expect(() => planUpload(0)).toThrow('a file of 0 bytes');
    expect(() => planUpload(50_000 * GIB)).toThrow('do not fit');
  });
});
