import { logMessage, parseJsonObject, textField } from './json-line.js';

/** A name that was asked for, as the resolver of a VPC logs it. */
export interface DnsQuery {
  readonly atMs: number;
  /** In small letters, without the dot at its end. */
  readonly name: string;
  readonly type: string;
  readonly code: string;
  readonly instanceId: string;
}

/** A line of Resolver's query log, from S3 or out of CloudWatch; undefined for what is none. */
export function parseDnsQuery(text: string): DnsQuery | undefined {
  const query = parseJsonObject(logMessage(text));
  if (query === undefined) return undefined;
  const atMs = Date.parse(textField(query, 'query_timestamp'));
  const name = textField(query, 'query_name').toLowerCase().replace(/\.$/, '');
  if (Number.isNaN(atMs) || name === '' || name.length > 255) return undefined;
  const sources = query['srcids'];
  const instance =
    typeof sources === 'object' && sources !== null && 'instance' in sources ? sources.instance : undefined;
  return {
    atMs,
    name,
    type: textField(query, 'query_type'),
    code: textField(query, 'rcode'),
    instanceId: typeof instance === 'string' ? instance : '',
  };
}
