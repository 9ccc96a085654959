import type { PageData } from '../page-data.js';

/** One line of the list. */
export interface EventRow {
  readonly atMs: number;
  readonly lane: string;
  readonly severity: number;
  readonly what: string;
  readonly message: string;
  readonly place: string;
}

/** All events, oldest first, in columns; rows are made when they are looked at. */
export class Events {
  readonly length: number;
  readonly times: Float64Array;
  readonly severity: Uint8Array;
  readonly lane: readonly number[];
  readonly lanes: readonly string[];
  readonly focus: PageData['focus'];
  constructor(readonly data: PageData) {
    this.length = data.times.length;
    this.times = new Float64Array(this.length);
    this.severity = new Uint8Array(this.length);
    this.lane = data.lane;
    this.lanes = data.lanes;
    this.focus = data.focus;
    let now = 0;
    for (let index = 0; index < this.length; index += 1) {
      now += data.times[index] ?? 0;
      this.times[index] = now;
      this.severity[index] = data.severities.charCodeAt(index) - 48;
    }
  }

  get firstMs(): number {
    return this.times[0] ?? 0;
  }

  get lastMs(): number {
    return this.times[this.length - 1] ?? 0;
  }

  row(index: number): EventRow {
    const { data } = this;
    return {
      atMs: this.times[index] ?? 0,
      lane: this.lanes[this.lane[index] ?? 0] ?? '',
      severity: this.severity[index] ?? 0,
      what: data.whats[data.what[index] ?? 0] ?? '',
      message: data.messages[index] ?? '',
      place: this.#place(index),
    };
  }

  #place(index: number): string {
    const file = this.data.files[this.data.file[index] ?? -1];
    const spot = this.data.spot[index] ?? 0;
    if (file === undefined) return '';
    return spot > 0 ? `${file}:${spot}` : spot < 0 ? `${file} at byte ${-spot - 1}` : file;
  }
}

/** `2026-11-20 03:11:52`; the page says once that times are UTC. */
export function stamp(atMs: number): string {
  const date = new Date(atMs);
  return Number.isNaN(date.getTime()) ? '' : date.toISOString().slice(0, 19).replace('T', ' ');
}

export const SEVERITIES = ['info', 'low', 'medium', 'high', 'critical'] as const;
