/** One record of a VPC flow log: what went between two ports during some seconds. */
export interface FlowRecord {
  readonly interfaceId: string;
  readonly source: string;
  readonly destination: string;
  readonly sourcePort: number;
  readonly destinationPort: number;
  /** IANA number: 6 is TCP. */
  readonly protocol: number;
  readonly packets: number;
  readonly bytes: number;
  readonly fromMs: number;
  readonly toMs: number;
  readonly isAccepted: boolean;
  /** From version 5 on, where the format has it. */
  readonly direction: 'ingress' | 'egress' | undefined;
}

/** Fields of version 2, in the order in which they come where nothing else was said. */
const DEFAULT_FIELDS =
  'version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status'.split(
    ' ',
  );

/** A value by the field's name, as AWS writes it (docs.aws.amazon.com/vpc/latest/userguide/flow-log-records.html). */
type Get = (field: string) => string | undefined;

function number(text: string | undefined): number {
  return text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : 0;
}

/** Undefined for records without data, and for what is none. */
export function flowRecord(get: Get): FlowRecord | undefined {
  // Behind a gateway the packet has another address than the interface: the packet's is the peer's.
  const source = present(get('pkt-srcaddr')) ?? present(get('srcaddr'));
  const destination = present(get('pkt-dstaddr')) ?? present(get('dstaddr'));
  const fromMs = number(get('start')) * 1000;
  if (source === undefined || destination === undefined || fromMs === 0) return undefined;
  const direction = get('flow-direction');
  return {
    interfaceId: get('interface-id') ?? '',
    source,
    destination,
    sourcePort: number(get('srcport')),
    destinationPort: number(get('dstport')),
    protocol: number(get('protocol')),
    packets: number(get('packets')),
    bytes: number(get('bytes')),
    fromMs,
    toMs: number(get('end')) * 1000,
    isAccepted: get('action') !== 'REJECT',
    direction: direction === 'ingress' || direction === 'egress' ? direction : undefined,
  };
}

const ADDRESS = /^[0-9a-fA-F.:]{2,45}$/;

function present(address: string | undefined): string | undefined {
  return address !== undefined && ADDRESS.test(address) ? address : undefined;
}

const MOST_FIELDS = 64;

/** Reads the lines of one file: its first line names the fields, where it is none of values. */
export class FlowLogParser {
  #places: ReadonlyMap<string, number> = placesOf(DEFAULT_FIELDS);

  parse(text: string): FlowRecord | undefined {
    const values = text.trim().split(' ', MOST_FIELDS);
    if (values.includes('srcaddr') || values.includes('pkt-srcaddr') || values.includes('dstaddr')) {
      this.#places = placesOf(values);
      return undefined;
    }
    return flowRecord((field) => values[this.#places.get(field) ?? MOST_FIELDS]);
  }
}

function placesOf(fields: readonly string[]): ReadonlyMap<string, number> {
  return new Map(fields.map((field, place) => [field.replaceAll('_', '-'), place]));
}
