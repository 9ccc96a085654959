import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { commandTexts } from '../../src/rules/command-text.js';

describe('the texts of a command', () => {
  it.each([
    [String.raw`c\at /etc/pa''sswd`, 'cat /etc/passwd'],
    ['cat\u0024{IFS}/etc/passwd', 'cat /etc/passwd'],
    ['cat$IFS$9/etc/passwd', 'cat /etc/passwd'],
    ['w"h"o\'a\'mi', 'whoami'],
    ['who$@ami', 'whoami'],
    ['curl \\\n  http://x', 'curl http://x'],
  ])('%s is also %s', (written, plain) => {
    expect(commandTexts(written)).toEqual([written, plain]);
  });

  it('hold what is encoded, where something decodes', () => {
    const encoded = Buffer.from('cat /etc/shadow').toString('base64');
    expect(commandTexts(`echo ${encoded} | base64 -d | sh`)).toContain('cat /etc/shadow');
    expect(commandTexts(`echo ${encoded}`)).toHaveLength(1);
  });

  it('are few and bounded, whatever the command is', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 2000 }), (command) => {
        const texts = commandTexts(`base64 -d ${command}`);
        expect(texts.length).toBeLessThanOrEqual(18);
        for (const text of texts) expect(text.length).toBeLessThanOrEqual(64 * 1024);
      }),
    );
  });
});
