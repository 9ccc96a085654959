import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const SOURCES = join(import.meta.dirname, '../src');

describe('scripts for hosts', () => {
  it.each(globSync('**/*.sh', { cwd: SOURCES }))(
    '%s needs no /dev/fd, which an intruder may have removed',
    (file) => {
      const code = readFileSync(join(SOURCES, file), 'utf8').replace(/^\s*#.*$/gm, '');
      expect(code).not.toMatch(/[<>]\(/);
    },
  );
});
