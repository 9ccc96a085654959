import type { Place } from '../../engine/reporter.js';
import type { FlowRecord } from '../../parsers/flow-log.js';

/** What went between the host and one port of a peer, or one of its own ports. */
export interface Conversation {
  readonly peer: string;
  /** Of the side that was called. */
  readonly port: number;
  readonly protocol: number;
  readonly direction: 'out' | 'in';
  flows: number;
  accepted: number;
  bytesSent: number;
  bytesReceived: number;
  firstMs: number;
  lastMs: number;
  readonly first: Place;
  last: Place;
  /** When connections began, and from which ports: for what comes again and again. */
  readonly starts: number[];
  readonly callers: Set<number>;
}

const MOST_CONVERSATIONS = 100_000;
const MOST_STARTS = 600;
const MOST_INTERFACES = 100;

/** Who talked to whom, in memory bounded by the number of different peers and ports. */
export class Peers {
  readonly #conversations = new Map<string, Conversation>();
  readonly #own = new Map<string, ReadonlySet<string>>();
  dropped = 0;

  add(record: FlowRecord, where: Place): void {
    const isOutgoing = this.#isSentByUs(record);
    const { source, destination, sourcePort, destinationPort } = record;
    const peer = isOutgoing ? destination : source;
    const [ownPort, peerPort] = isOutgoing ? [sourcePort, destinationPort] : [destinationPort, sourcePort];
    // Whoever has the lower port was called: callers get theirs from the upper half.
    const isCallee = ownPort !== 0 && ownPort < peerPort && ownPort < 32_768;
    const port = isCallee ? ownPort : peerPort;
    const direction = isCallee ? 'in' : 'out';
    const key = `${direction} ${record.protocol} ${port} ${peer}`;
    let known = this.#conversations.get(key);
    if (known === undefined) {
      if (this.#conversations.size >= MOST_CONVERSATIONS) {
        this.dropped += 1;
        return;
      }
      known = newConversation({ peer, port, direction }, record, where);
      this.#conversations.set(key, known);
    }
    extend(known, record, where);
    if (isOutgoing) {
      known.bytesSent += record.bytes;
      if (direction === 'out' && known.starts.length < MOST_STARTS && !known.callers.has(ownPort)) {
        known.starts.push(record.fromMs);
        known.callers.add(ownPort);
      }
    } else known.bytesReceived += record.bytes;
  }

  all(): readonly Conversation[] {
    return [...this.#conversations.values()];
  }

  /** An interface's own address is the one that all its records have. */
  #isSentByUs({ interfaceId, source, destination, direction }: FlowRecord): boolean {
    if (direction !== undefined) return direction === 'egress';
    const both = new Set([source, destination]);
    const known = this.#own.get(interfaceId);
    const common = known === undefined ? both : new Set([...known].filter((address) => both.has(address)));
    if (common.size > 0 && (known !== undefined || this.#own.size < MOST_INTERFACES))
      this.#own.set(interfaceId, common);
    if (common.size === 1) return common.has(source);
    return isPrivate(source) || !isPrivate(destination);
  }
}

function isPrivate(address: string): boolean {
  return /^(?:10\.|192\.168\.|172\.(?:1[6-9]|2\d|3[01])\.|f[cd])/.test(address);
}

function newConversation(
  about: Pick<Conversation, 'peer' | 'port' | 'direction'>,
  { protocol, fromMs, toMs }: FlowRecord,
  where: Place,
): Conversation {
  const counts = { flows: 0, accepted: 0, bytesSent: 0, bytesReceived: 0 };
  const times = { firstMs: fromMs, lastMs: toMs, first: where, last: where };
  return { ...about, protocol, ...counts, ...times, starts: [], callers: new Set() };
}

function extend(known: Conversation, { fromMs, toMs, isAccepted }: FlowRecord, where: Place): void {
  known.flows += 1;
  if (isAccepted) known.accepted += 1;
  known.firstMs = Math.min(known.firstMs, fromMs);
  if (toMs >= known.lastMs) {
    known.lastMs = toMs;
    known.last = where;
  }
}
