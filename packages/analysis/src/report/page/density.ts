import type { View } from './view.js';

/** Severity from which an event is a point of its own. */
export const POINT_SEVERITY = 2;

/** Events that are too many to be drawn one by one, counted by lane and column. */
export interface Density {
  /** Counts, lane by lane: `lane * columns + column`. */
  readonly counts: Uint32Array;
  readonly columns: number;
  readonly most: number;
}

/** What a chart of this many columns shows. */
export interface Picture {
  readonly density: Density;
  /** Times of the points, in milliseconds, rising. */
  readonly times: number[];
  /** For each severity from `POINT_SEVERITY`, the row of the lane, or null. */
  readonly rows: (number | null)[][];
  /** Places of the events behind the points. */
  readonly events: number[];
}

/** Density of what is common, and points for what is severe: one for each column, lane and severity. */
export function pictureOf(view: View, columns: number, rowOf: ReadonlyMap<number, number>): Picture {
  const { events, shown, fromMs, toMs } = view;
  const counts = new Uint32Array(events.lanes.length * columns);
  const picture: Picture = {
    density: { counts, columns, most: 0 },
    times: [],
    rows: [[], [], []],
    events: [],
  };
  const drawn = new Set<number>();
  let most = 0;
  for (const index of shown) {
    const at = events.times[index] ?? 0;
    const lane = events.lane[index] ?? 0;
    const severity = events.severity[index] ?? 0;
    const column = Math.min(columns - 1, Math.floor(((at - fromMs) / (toMs - fromMs)) * columns));
    const bin = lane * columns + column;
    if (severity < POINT_SEVERITY) {
      const count = (counts[bin] ?? 0) + 1;
      counts[bin] = count;
      if (count > most) most = count;
      continue;
    }
    const point = bin * 8 + severity;
    if (drawn.has(point)) continue;
    drawn.add(point);
    picture.times.push(at);
    picture.events.push(index);
    picture.rows.forEach((row, each) => {
      row.push(each === severity - POINT_SEVERITY ? (rowOf.get(lane) ?? null) : null);
    });
  }
  return { ...picture, density: { counts, columns, most } };
}
