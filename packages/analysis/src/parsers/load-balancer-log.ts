import type { AccessRecord } from './access-log.js';
import { quoted } from './quoted.js';
import { requestLine } from './request-line.js';
import { isoTime } from './syslog.js';

/** Fields before the request, from the time on: load balancer, client, target, three durations, two states, two sizes. */
const FIELDS = 11;
const [CLIENT, STATUS, SENT] = [2, 7, 10];

/**
 * Parses one line of the access logs that Elastic Load Balancing writes to S3: of an application load balancer, which
 * begins with the kind of the connection, or of a classic one. The target is the whole URL.
 *
 * @see https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-access-logs.html
 */
export function parseLoadBalancerLog(text: string): AccessRecord | undefined {
  const open = text.indexOf(' "');
  if (open < 0) return undefined;
  const before = text.slice(0, open).split(' ');
  const fields = before.slice(before.length - FIELDS);
  const time = isoTime(fields[0] ?? '');
  const client = addressOf(fields[CLIENT] ?? '');
  const request = quoted(text, open + 1);
  if (time === undefined || client === undefined || request === undefined) return undefined;
  const agent = text.startsWith(' "', request.end) ? quoted(text, request.end + 1)?.value : undefined;
  return {
    atMs: time.ms,
    client,
    user: '-',
    // Where there is no version, the balancer still writes the blank before it.
    ...requestLine(request.value.trimEnd()),
    status: Number.parseInt(fields[STATUS] ?? '', 10) || 0,
    bytes: /^\d{1,15}$/.test(fields[SENT] ?? '') ? Number(fields[SENT]) : undefined,
    referer: undefined,
    agent: agent === '-' ? undefined : agent,
  };
}

/** `192.0.2.7:40000`, `[2001:db8::7]:40000` */
function addressOf(peer: string): string | undefined {
  const colon = peer.lastIndexOf(':');
  return colon <= 0 ? undefined : peer.slice(0, colon).replace(/^\[|\]$/g, '');
}
