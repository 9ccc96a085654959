import { describe, expect, it } from 'vitest';
import { memoryOf } from '../../src/lambda/lambda-context.js';

const context = { getRemainingTimeInMillis: () => 1000 };

describe('the memory of a function', () => {
  it('is what Lambda says, in bytes', () => {
    expect(memoryOf({ ...context, memoryLimitInMB: '2048' })).toEqual({ memoryBytes: 2 ** 31 });
  });

  it('is not known where it is not said', () => {
    expect(memoryOf(context)).toEqual({});
    expect(memoryOf({ ...context, memoryLimitInMB: '' })).toEqual({});
  });
});
