import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { CORDON } from '../../src/engine/cordon-version.js';

it('is the version of the package that artifacts are stamped with', () => {
  const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
  expect(CORDON).toEqual({ version });
});
