import type { Event } from '@aws-sdk/client-cloudtrail';
import type { Observation } from '../../../../engine/observation.js';
import type { RoleUse } from '../../../control-plane-facts.js';
import { type TrailRecord, trailRecord } from './trail-record.js';
import type { Locate, Whereabouts } from './whereabouts.js';

type Evidence = Observation['evidence'][number];

interface Span {
  count: number;
  errors: number;
  first: string;
  last: string;
}

export interface CallTally extends Span {
  /** `ec2:DescribeInstances` */
  readonly call: string;
  readonly addresses: Set<string>;
  elsewhere: number;
}

export interface AddressTally extends Span {
  readonly address: string;
  readonly whereabouts: Whereabouts;
  /** The oldest; events come newest first. */
  evidence: Evidence;
}

/** Some calls of one kind that are worth a sentence. */
export interface DeedTally extends Span {
  readonly deed: string;
  readonly outcome: 'done' | 'tried';
  readonly calls: Set<string>;
  readonly evidence: Evidence[];
}

/** What a call means, by its name and from where it came; undefined: nothing by itself. */
export type Judge = (record: TrailRecord, whereabouts: Whereabouts) => string | undefined;

/** More kinds than AWS has calls would be an attack on our memory. */
const MOST_CALLS = 5_000;
const MOST_ADDRESSES = 2_000;
const MOST_EVIDENCE = 10;
const MOST_KEYS = 5;
const MOST_ADDRESSES_OF_CALL = 20;

function widen(span: Span, { at, errorCode }: TrailRecord): void {
  span.count += 1;
  if (errorCode !== undefined) span.errors += 1;
  if (at < span.first) span.first = at;
  if (at > span.last) span.last = at;
}

function empty({ at }: TrailRecord): Span {
  return { count: 0, errors: 0, first: at, last: at };
}

/** Counts what a session did, in bounded memory. */
export class RoleTally {
  readonly calls = new Map<string, CallTally>();
  readonly addresses = new Map<string, AddressTally>();
  readonly deeds = new Map<string, DeedTally>();
  /** Keys that the session's calls handed out. */
  readonly keys = new Set<string>();
  /** What could not be read, and why. */
  readonly missing: string[] = [];
  events = 0;
  unreadable = 0;
  /** Regions that were asked and answered. */
  answered = 0;

  constructor(
    readonly locate: Locate,
    readonly judge: Judge,
  ) {}

  /** `artifact` is asked late: its path is known only when it is stored. */
  add(event: Event, evidence: Evidence): void {
    const record = trailRecord(event);
    this.events += 1;
    if (record === undefined) {
      this.unreadable += 1;
      return;
    }
    const whereabouts = this.locate(record.address);
    this.#addCall(record, whereabouts);
    this.#addAddress(record, whereabouts, evidence);
    this.#addDeed(record, whereabouts, evidence);
    for (const key of record.keys) if (this.keys.size < MOST_KEYS) this.keys.add(key);
  }

  #addCall(record: TrailRecord, whereabouts: Whereabouts): void {
    const { call } = record;
    const known = this.calls.get(call);
    if (known === undefined && this.calls.size === MOST_CALLS) return;
    const tally = known ?? { call, ...empty(record), addresses: new Set<string>(), elsewhere: 0 };
    this.calls.set(call, tally);
    widen(tally, record);
    if (tally.addresses.size < MOST_ADDRESSES_OF_CALL) tally.addresses.add(record.address);
    if (whereabouts === 'elsewhere') tally.elsewhere += 1;
  }

  #addAddress(record: TrailRecord, whereabouts: Whereabouts, evidence: Evidence): void {
    const { address } = record;
    const known = this.addresses.get(address);
    if (known === undefined && this.addresses.size === MOST_ADDRESSES) return;
    const tally = known ?? { address, whereabouts, ...empty(record), evidence };
    this.addresses.set(address, tally);
    if (record.at <= tally.first) tally.evidence = evidence;
    widen(tally, record);
  }

  #addDeed(record: TrailRecord, whereabouts: Whereabouts, evidence: Evidence): void {
    const deed = this.judge(record, whereabouts);
    if (deed === undefined) return;
    const outcome = record.errorCode === undefined ? 'done' : 'tried';
    const key = `${deed} ${outcome}`;
    const tally = this.deeds.get(key) ?? {
      deed,
      outcome,
      ...empty(record),
      calls: new Set<string>(),
      evidence: [],
    };
    this.deeds.set(key, tally);
    widen(tally, record);
    tally.calls.add(record.call);
    if (tally.evidence.length < MOST_EVIDENCE) tally.evidence.push(evidence);
  }

  /** For a page: what came from elsewhere first, then what was refused, then what was done most. */
  use(session: string, most: { readonly calls: number; readonly addresses: number }): RoleUse {
    const calls = [...this.calls.values()].sort(
      (a, b) => b.elsewhere - a.elsewhere || b.errors - a.errors || b.count - a.count,
    );
    const addresses = [...this.addresses.values()].sort(
      (a, b) => rank(b.whereabouts) - rank(a.whereabouts) || b.count - a.count,
    );
    const spans = [...this.calls.values()];
    const firsts = spans.map(({ first }) => first).sort();
    const lasts = spans.map(({ last }) => last).sort();
    const [from, to] = [firsts[0], lasts.at(-1)];
    return {
      session,
      events: this.events,
      ...(from === undefined ? {} : { from }),
      ...(to === undefined ? {} : { to }),
      missing: [...this.missing],
      distinct: { calls: calls.length, addresses: addresses.length },
      calls: calls.slice(0, most.calls).map(({ addresses: of, ...call }) => ({
        ...call,
        addresses: [...of].slice(0, MOST_SHOWN),
      })),
      addresses: addresses.slice(0, most.addresses).map(({ evidence: _proof, ...address }) => address),
    };
  }
}

const MOST_SHOWN = 5;
const RANKS: { readonly [where in Whereabouts]: number } = { elsewhere: 3, inside: 2, own: 1, service: 0 };
const rank = (where: Whereabouts) => RANKS[where];
