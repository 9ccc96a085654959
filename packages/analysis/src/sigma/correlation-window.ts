import type { Correlation, Limits } from './correlation.js';
import type { Occurrence } from './occurrence.js';
import { type Tally, tallyFor } from './tally.js';

/** No group keeps more; a flood counts as that many. */
const MAX_KEPT = 50_000;

/** Whether an upper limit is set: only the end of the timespan can tell then. */
function isJudgedAtEnd({ limits }: Correlation): boolean {
  return [limits.lt, limits.lte, limits.eq, limits.neq].some((limit) => limit !== undefined);
}

/** The occurrences of one group that lie within the timespan, and whether they fulfil the correlation. */
export class CorrelationWindow<E> {
  private occurrences: Occurrence<E>[] = [];
  private first = 0;
  private fulfilled = false;
  private tally: Tally<E>;
  private readonly atEnd: boolean;

  constructor(private readonly correlation: Correlation) {
    this.tally = tallyFor(correlation);
    this.atEnd = isJudgedAtEnd(correlation);
  }

  /** Takes an occurrence; gives the ones that fulfil the correlation when it newly does. */
  add(occurrence: Occurrence<E>): readonly Occurrence<E>[] | null {
    if (this.atEnd) return this.addUntilEnd(occurrence);
    this.dropBefore(occurrence.at - this.correlation.milliseconds);
    this.push(occurrence);
    const holds = this.holds(occurrence.at);
    const isNew = holds && !this.fulfilled;
    this.fulfilled = holds;
    return isNew ? this.kept() : null;
  }

  /** The verdict on what is left when no more will come. */
  end(): readonly Occurrence<E>[] | null {
    const kept = this.kept();
    const last = kept.at(-1);
    if (!this.atEnd || last === undefined) return null;
    const holds = this.holds(last.at);
    this.occurrences = [];
    this.first = 0;
    this.tally = tallyFor(this.correlation);
    return holds ? kept : null;
  }

  private addUntilEnd(occurrence: Occurrence<E>): readonly Occurrence<E>[] | null {
    const start = this.occurrences[this.first]?.at ?? occurrence.at;
    const closed = occurrence.at - start > this.correlation.milliseconds ? this.end() : null;
    this.push(occurrence);
    return closed;
  }

  private push(occurrence: Occurrence<E>): void {
    if (this.occurrences.length - this.first >= MAX_KEPT) this.dropFirst();
    this.occurrences.push(occurrence);
    this.tally.add(occurrence);
  }

  private dropFirst(): void {
    const dropped = this.occurrences[this.first];
    if (dropped !== undefined) this.tally.remove(dropped);
    this.first++;
  }

  private dropBefore(time: number): void {
    while ((this.occurrences[this.first]?.at ?? time) < time) this.dropFirst();
    if (this.first < 1_024 || this.first < this.occurrences.length / 2) return;
    this.occurrences = this.occurrences.slice(this.first);
    this.first = 0;
  }

  private kept(): readonly Occurrence<E>[] {
    return this.occurrences.slice(this.first);
  }

  private holds(now: number): boolean {
    return within(this.correlation.limits, this.tally.measure(now - this.correlation.milliseconds));
  }
}

function within({ gt, gte, lt, lte, eq, neq }: Limits, value: number): boolean {
  return (
    (gt === undefined || value > gt) &&
    (gte === undefined || value >= gte) &&
    (lt === undefined || value < lt) &&
    (lte === undefined || value <= lte) &&
    (eq === undefined || value === eq) &&
    (neq === undefined || value !== neq)
  );
}
