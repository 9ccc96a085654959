import { defineConfig, mergeConfig } from 'vitest/config';
import common from '../../vitest.config.ts';

const { test: _test, ...shared } = common;

// Not among the tests of `npm test`: these need the server that `scripts/moto.mjs` starts.
export default mergeConfig(
  shared,
  defineConfig({
    test: {
      root: import.meta.dirname,
      include: ['test/**/*.moto.ts'],
      typecheck: { include: [] },
      testTimeout: 120_000,
      hookTimeout: 120_000,
    },
  }),
);
