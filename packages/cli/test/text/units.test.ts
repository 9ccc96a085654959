import { describe, expect, it } from 'vitest';
import { paintFor, wantsColour } from '../../src/text/paint.js';
import { symbolsFor } from '../../src/text/symbols.js';
import { bytesText, counted, durationText, rateText } from '../../src/text/units.js';

describe('durationText', () => {
  it.each([
    [-5, '0.0s'],
    [420, '0.4s'],
    [9_999, '9.9s'],
    [59_999, '59s'],
    [185_000, '3m 05s'],
    [3_720_000, '1h 02m'],
    [180_000_000, '2d 02h'],
  ])('%i ms is %s', (ms, text) => {
    expect(durationText(ms)).toBe(text);
  });
});

describe('sizes, rates and counts', () => {
  it('are short', () => {
    expect(bytesText(17_300_000_000)).toBe('17.3 GB');
    expect(rateText(118_400_000)).toBe('118 MB/s');
    expect(rateText(1_840_000)).toBe('1.8 MB/s');
    expect([counted(1, 'entry'), counted(2, 'entry'), counted(0, 'step')]).toEqual([
      '1 entry',
      '2 entries',
      '0 steps',
    ]);
  });
});

describe('colours and signs', () => {
  it('honours NO_COLOR before anything else', () => {
    expect(wantsColour({ isTTY: true, env: {} })).toBe(true);
    expect(wantsColour({ isTTY: true, env: { NO_COLOR: '1', FORCE_COLOR: '1' } })).toBe(false);
    expect(wantsColour({ isTTY: true, env: { NO_COLOR: '' } })).toBe(true);
    expect(wantsColour({ isTTY: true, env: { TERM: 'dumb' } })).toBe(false);
    expect(wantsColour({ isTTY: false, env: {} })).toBe(false);
    expect(wantsColour({ isTTY: false, env: { FORCE_COLOR: '1' } })).toBe(true);
    expect(paintFor({ isTTY: true, env: { NO_COLOR: '1' } }).bad('x')).toBe('x');
    expect(paintFor({ isTTY: true, env: {} }).bad('x')).toBe('\u001b[31mx\u001b[39m');
  });

  it('falls back to ASCII where a terminal has no more for certain', () => {
    expect(symbolsFor({ LANG: 'en_GB.UTF-8' }).succeeded).toBe('✔');
    expect(symbolsFor({}).succeeded).toBe('✔');
    expect(symbolsFor({ LANG: 'C' }).succeeded).toBe('+');
    expect(symbolsFor({ LC_ALL: 'POSIX', LANG: 'en_GB.UTF-8' }).succeeded).toBe('+');
    expect(symbolsFor({ TERM: 'linux' }).succeeded).toBe('+');
  });
});
