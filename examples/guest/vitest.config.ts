import { defineConfig, mergeConfig } from 'vitest/config';
import common from '../../vitest.config.ts';

const { test: _test, ...shared } = common;

// Not among the tests of `npm test`: these boot virtual machines, which `scripts/guest.mjs` has looked for.
export default mergeConfig(
  shared,
  defineConfig({
    test: {
      root: import.meta.dirname,
      include: ['test/**/*.guest.ts'],
      typecheck: { include: [] },
      testTimeout: 600_000,
      hookTimeout: 1_800_000,
      // Two guests at a time are what two cores carry.
      fileParallelism: false,
    },
  }),
);
