import { readFileSync } from 'node:fs';
import { compile } from '@cordon/core';
import { expect, it } from 'vitest';
import { config } from './example.config.js';

const read = (path: string) => readFileSync(new URL(path, import.meta.url), 'utf8');

it('shows a configuration that compiles, and whose pipeline holds together', () => {
  expect(read('../../README.md')).toContain(`\`\`\`ts\n${read('./example.config.ts')}\`\`\``);
  expect(compile(config.pipeline)).toMatchObject({ ok: true });
});
