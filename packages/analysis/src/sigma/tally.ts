import type { Correlation } from './correlation.js';
import type { Occurrence } from './occurrence.js';

/** The figure that a correlation is about, kept up to date as occurrences come and go. */
export interface Tally<E> {
  add(occurrence: Occurrence<E>): void;
  remove(occurrence: Occurrence<E>): void;
  /** The figure; `since`: milliseconds since 1970 at which the timespan begins. */
  measure(since: number): number;
}

export function tallyFor<E>(correlation: Correlation): Tally<E> {
  switch (correlation.type) {
    case 'event_count':
      return new EventCount();
    case 'value_count':
      return new DistinctCount((occurrence) => occurrence.value);
    case 'temporal':
      return new DistinctCount((occurrence) => String(occurrence.source));
    case 'temporal_ordered':
      return new OrderedChain();
    case 'value_sum':
    case 'value_avg':
    case 'value_percentile':
      return new Numbers(correlation);
  }
}

class EventCount<E> implements Tally<E> {
  private count = 0;
  add(): void {
    this.count++;
  }
  remove(): void {
    this.count--;
  }
  measure(): number {
    return this.count;
  }
}

class DistinctCount<E> implements Tally<E> {
  private readonly counts = new Map<string, number>();

  constructor(private readonly read: (occurrence: Occurrence<E>) => string | null) {}

  add(occurrence: Occurrence<E>): void {
    const value = this.read(occurrence);
    if (value !== null) this.counts.set(value, (this.counts.get(value) ?? 0) + 1);
  }

  remove(occurrence: Occurrence<E>): void {
    const value = this.read(occurrence);
    if (value === null) return;
    const left = (this.counts.get(value) ?? 1) - 1;
    if (left > 0) this.counts.set(value, left);
    else this.counts.delete(value);
  }

  measure(): number {
    return this.counts.size;
  }
}

interface Link<E> {
  /** When the chain that ends here began; the latest beginning that is possible. */
  readonly start: number;
  readonly event: E;
}

/** How many of the rules, from the first on, were seen in their order. One event stands for one rule only. */
class OrderedChain<E> implements Tally<E> {
  /** Per rule the last link, and the one before it that another event made. */
  private readonly links: (readonly [Link<E>, Link<E> | undefined] | undefined)[] = [];

  add({ at, source, event }: Occurrence<E>): void {
    const start = source === 0 ? at : this.predecessor(source - 1, event)?.start;
    if (start === undefined) return;
    const [last, earlier] = this.links[source] ?? [];
    this.links[source] = [{ start, event }, last?.event === event ? earlier : last];
  }

  private predecessor(source: number, event: E): Link<E> | undefined {
    const [last, earlier] = this.links[source] ?? [];
    return last?.event === event ? earlier : last;
  }

  remove(): void {
    // a chain that began too early is not counted: `measure` looks at its beginning
  }

  measure(since: number): number {
    for (let source = this.links.length - 1; source >= 0; source--) {
      const link = this.links[source]?.[0];
      if (link !== undefined && link.start >= since) return source + 1;
    }
    return 0;
  }
}

class Numbers<E> implements Tally<E> {
  private readonly numbers: number[] = [];
  private sum = 0;

  constructor(private readonly correlation: Correlation) {}

  add(occurrence: Occurrence<E>): void {
    const number = numberOf(occurrence.value);
    if (number === null) return;
    this.numbers.push(number);
    this.sum += number;
  }

  remove(occurrence: Occurrence<E>): void {
    if (numberOf(occurrence.value) === null) return;
    this.sum -= this.numbers.shift() ?? 0;
  }

  measure(): number {
    const { type, percentile } = this.correlation;
    if (type === 'value_sum') return this.sum;
    if (type === 'value_avg') return this.sum / this.numbers.length;
    const ordered = [...this.numbers].sort((a, b) => a - b);
    const rank = Math.max(1, Math.ceil((percentile / 100) * ordered.length));
    return ordered[rank - 1] ?? Number.NaN;
  }
}

function numberOf(value: string | null): number | null {
  if (value === null || value.trim() === '') return null;
  const number = Number(value);
  return Number.isFinite(number) ? number : null;
}
