import { describe, expect, it } from 'vitest';
import { shrunk } from './shrink.js';

describe('an input that fails', () => {
  const long = Buffer.from(`${'a'.repeat(3000)}{${'b'.repeat(500)}}${'c'.repeat(1000)}`);
  const fails = (bytes: Buffer) => bytes.includes('{') && bytes.includes('}');

  it('becomes the piece that makes it fail', () => {
    expect(shrunk(long, fails, 1000).toString()).toBe('{}');
  });

  it('fails still when there is no time to finish', () => {
    const piece = shrunk(long, fails, 7);
    expect(fails(piece)).toBe(true);
    expect(piece.length).toBeLessThan(long.length);
  });
});
