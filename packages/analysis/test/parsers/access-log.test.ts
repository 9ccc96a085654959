import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseAccessLog } from '../../src/parsers/access-log.js';

describe('access logs', () => {
  it('reads the combined format', () => {
    const line =
      '203.0.113.66 - bob [20/Nov/2026:03:11:52 +0100] "POST /a.php?x=1 HTTP/1.1" 200 512 "https://shop.example/" "curl/8 \\"quoted\\""';
    expect(parseAccessLog(line)).toEqual({
      atMs: Date.parse('2026-11-20T02:11:52Z'),
      client: '203.0.113.66',
      user: 'bob',
      method: 'POST',
      target: '/a.php?x=1',
      status: 200,
      bytes: 512,
      referer: 'https://shop.example/',
      agent: 'curl/8 \\"quoted\\"',
    });
  });

  it('reads the common format, virtual hosts, and requests that are none', () => {
    expect(parseAccessLog('::1 - - [20/Nov/2026:03:11:52 +0000] "GET / HTTP/1.0" 304 -')).toMatchObject({
      status: 304,
      bytes: undefined,
      agent: undefined,
    });
    expect(
      parseAccessLog(
        'shop.example:443 192.0.2.1 - - [20/Nov/2026:03:11:52 +0000] "GET /a b HTTP/2.0" 200 1 "-" "-"',
      ),
    ).toMatchObject({ client: '192.0.2.1', target: '/a b', referer: undefined });
    expect(
      parseAccessLog('192.0.2.1 - - [20/Nov/2026:03:11:52 +0000] "\\x16\\x03\\x01" 400 0 "-" "-"'),
    ).toMatchObject({
      method: '',
      target: '\\x16\\x03\\x01',
      status: 400,
    });
  });

  it.each([
    '',
    'x',
    '1 - - [20/Nov/2026:03:11:52 +0000] GET /',
    '1 - - [99/Foo/2026:03:11:52 +0000] "GET /" 1 1',
    '[] "',
  ])('says that %j is none', (line) => {
    expect(parseAccessLog(line)).toBeUndefined();
  });

  it('never throws, and reads back what a server wrote', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string(), (agent, path) => {
        const written = agent.replace(/[\\"]/g, '\\$&').replace(/[\r\n]/g, '');
        const target = `/${encodeURIComponent(path.toWellFormed())}`;
        const line = `192.0.2.1 - - [20/Nov/2026:03:11:52 +0000] "GET ${target} HTTP/1.1" 200 5 "-" "${written}"`;
        expect(parseAccessLog(line)).toMatchObject({ target, status: 200 });
        parseAccessLog(agent + path);
      }),
    );
  });
});
