/** Something of the finding to look for, as bytes. */
export interface Needle {
  readonly text: string;
  readonly entity: string;
  readonly bytes: Buffer;
  /** `address`: no digit or dot may stand next to it. `domain`: no letter, digit or hyphen. */
  readonly kind: 'address' | 'domain';
}

export interface Named {
  readonly addresses: readonly string[];
  readonly domains: readonly string[];
}

const MAX_NEEDLES = 64;

export function needlesOf({ addresses, domains }: Named): readonly Needle[] {
  const made = [
    ...addresses.map((text) => ({ text, entity: `ip:${text}`, kind: 'address' as const })),
    ...domains.map((text) => ({
      text: text.toLowerCase(),
      entity: `domain:${text}`,
      kind: 'domain' as const,
    })),
  ];
  return made
    .filter(({ text }) => text.length >= 4 && text.length <= 253)
    .slice(0, MAX_NEEDLES)
    .map((needle) => ({ ...needle, bytes: Buffer.from(needle.text) }));
}

/** The bytes around a hit; undefined at the ends of the input. */
export interface Around {
  readonly before: number | undefined;
  readonly after: number | undefined;
  /** The one after `after`: a dot ends a sentence or goes on with a name. */
  readonly next: number | undefined;
}

/** Whether the bytes around a hit let it be the whole thing: `203.0.113.6` is not in `203.0.113.66`. */
export function standsAlone({ kind }: Needle, { before, after, next }: Around): boolean {
  const joins = kind === 'address' ? joinsAddress : joinsDomain;
  // What stands before a domain's dot is its subdomain.
  if (before !== undefined && joins(before) && !(kind === 'domain' && before === DOT)) return false;
  if (after === DOT) return next === undefined || next === DOT || !joins(next);
  return after === undefined || !joins(after);
}

const DOT = 0x2e;

function joinsAddress(byte: number): boolean {
  return (byte >= 0x30 && byte <= 0x39) || byte === DOT;
}

function joinsDomain(byte: number): boolean {
  return (
    joinsAddress(byte) || byte === 0x2d || (byte >= 0x41 && byte <= 0x5a) || (byte >= 0x61 && byte <= 0x7a)
  );
}
