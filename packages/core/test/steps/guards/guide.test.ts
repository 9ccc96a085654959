import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { compile } from '../../../src/engine/compile.js';
import { pipeline } from './guide-example.js';

const read = (path: string) => readFile(new URL(path, import.meta.url), 'utf8');

describe('the guide to guards', () => {
  it('shows a pipeline that holds together', async () => {
    const example = await read('./guide-example.ts');
    expect(await read('../../../../../docs/guides/guards.md')).toContain(`\`\`\`ts\n${example}\`\`\``);
    expect(compile(pipeline)).toMatchObject({ ok: true });
  });
});
