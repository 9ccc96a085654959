import type { SimulatedRegion } from '../account.js';
import { visibleFromMs } from '../lag.js';

/** What every EC2 resource has. */
export interface Resource {
  readonly id: string;
  /** Until then Describe calls and others do not find it: EC2 is eventually consistent. */
  readonly visibleFromMs: number;
  readonly tags: Map<string, string>;
}

/** The resources of one kind in one region. */
export class Collection<T extends Resource> {
  readonly #records = new Map<string, T>();

  constructor(readonly region: SimulatedRegion) {}

  add(record: T): T {
    this.#records.set(record.id, record);
    return record;
  }

  delete(id: string): void {
    this.#records.delete(id);
  }

  /** Also what cannot be seen yet: for the world's own affairs. */
  peek(id: string): T | undefined {
    this.region.world.settle();
    return this.#records.get(id);
  }

  /** Everything, also what cannot be seen yet. */
  all(): readonly T[] {
    this.region.world.settle();
    return [...this.#records.values()];
  }

  /** As an API call sees it. */
  find(id: string): T | undefined {
    const record = this.peek(id);
    return record !== undefined && this.#isVisible(record) ? record : undefined;
  }

  /** As a Describe call sees them, in the order they were made. */
  visible(): readonly T[] {
    return this.all().filter((record) => this.#isVisible(record));
  }

  #isVisible(record: T): boolean {
    return record.visibleFromMs <= this.region.world.now().getTime();
  }
}

/** Tags as scenarios write them. */
export type Tags = Readonly<Record<string, string>>;

/** The common part of a resource that the scenario puts there: visible at once. */
export function placed(id: string, tags: Tags = {}): Resource {
  return { id, visibleFromMs: 0, tags: new Map(Object.entries(tags)) };
}

/** The common part of a resource that a call makes: visible after a lag. */
export function created(region: SimulatedRegion, id: string, tags: Tags = {}): Resource {
  return { id, visibleFromMs: visibleFromMs(region.world), tags: new Map(Object.entries(tags)) };
}

/** As EC2 answers them. */
export function tagList(resource: Pick<Resource, 'tags'>): { Key: string; Value: string }[] {
  return [...resource.tags].map(([Key, Value]) => ({ Key, Value }));
}
