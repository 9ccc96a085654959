import { describe, expect, it } from 'vitest';
import { errorLogParser } from '../../src/parsers/error-log.js';

describe('error logs', () => {
  it('reads Apache and nginx', () => {
    const parse = errorLogParser();
    expect(
      parse(
        '[Fri Nov 20 03:11:52.123456 2026] [php:notice] [pid 701] [client 192.0.2.9:52144] PHP Notice: x',
      ),
    ).toEqual({
      atMs: Date.parse('2026-11-20T03:11:52Z'),
      level: 'notice',
      client: '192.0.2.9',
      message: 'PHP Notice: x',
    });
    expect(
      parse('2026/11/20 03:11:52 [error] 12#12: *1 open() failed, client: 192.0.2.9, server: x'),
    ).toMatchObject({
      level: 'error',
      client: '192.0.2.9',
    });
    expect(parse('nonsense')).toBeUndefined();
  });
});
