import uPlot from 'uplot';
import { type Picture, pictureOf } from './density.js';
import { SEVERITIES, stamp } from './events.js';
import type { View } from './view.js';

const LANE_PX = 30;
const AXIS_PX = 46;
const LABEL_PX = 112;
const COLUMN_PX = 3;
/** How near a pointer must be to a point to mean it. */
const NEAR_PX = 10;
const NARROW_PX = 560;

/** The lanes of the timeline: density as bars, what is severe as points; drag to zoom. */
export class LaneChart {
  #plot: uPlot | undefined;
  #picture: Picture | undefined;
  #rows = new Map<number, number>();

  constructor(
    private readonly box: HTMLElement,
    private readonly status: HTMLElement,
    private readonly view: View,
    private readonly choose: (event: number) => void,
  ) {
    view.onChange(() => this.draw());
  }

  /** Anew: lanes come and go, and so does the height. */
  draw(): void {
    this.#plot?.destroy();
    const { view } = this;
    const lanes = view.events.lanes.map((_, lane) => lane).filter((lane) => !view.hiddenLanes.has(lane));
    this.#rows = new Map(lanes.map((lane, row) => [lane, row]));
    const width = Math.max(240, this.box.clientWidth);
    const columns = Math.max(40, Math.floor((width - this.#labelPx(width)) / COLUMN_PX));
    this.#picture = pictureOf(view, columns, this.#rows);
    // A series that has no value at all is drawn by no library; the ends of the axis are always there.
    const data = [this.#picture.times, ...this.#picture.rows] as unknown as uPlot.AlignedData;
    this.#plot = new uPlot(this.#options(width, lanes), data, this.box);
  }

  #labelPx(width: number): number {
    return width < NARROW_PX ? 88 : LABEL_PX;
  }

  #options(width: number, lanes: readonly number[]): uPlot.Options {
    const { view } = this;
    const names = lanes.map((lane) => view.events.lanes[lane] ?? '');
    return {
      width,
      height: lanes.length * LANE_PX + AXIS_PX,
      ms: 1,
      tzDate: (atMs) => uPlot.tzDate(new Date(atMs), 'Etc/UTC'),
      legend: { show: false },
      scales: {
        x: { time: true, range: () => [view.fromMs, view.toMs] },
        // The first lane on top.
        y: { range: () => [-0.5, Math.max(lanes.length, 1) - 0.5], dir: -1 },
      },
      cursor: { y: false, points: { show: false }, drag: { x: true, y: false, setScale: false, dist: 6 } },
      axes: [timeAxis(), laneAxis(names, this.#labelPx(width))],
      series: [{}, ...['--med', '--high', '--crit'].map(pointSeries)],
      hooks: {
        drawClear: [(plot) => this.#drawDensity(plot, lanes)],
        setSelect: [(plot) => this.#zoomTo(plot)],
        setCursor: [(plot) => this.#point(plot)],
        ready: [(plot) => plot.over.addEventListener('click', () => this.#click(plot))],
      },
    };
  }

  #drawDensity({ ctx, bbox }: uPlot, lanes: readonly number[]): void {
    const density = this.#picture?.density;
    if (density === undefined) return;
    const { counts, columns, most } = density;
    const [laneHeight, columnWidth] = [bbox.height / Math.max(lanes.length, 1), bbox.width / columns];
    ctx.save();
    for (const [row, lane] of lanes.entries()) {
      const middle = bbox.top + (row + 0.5) * laneHeight;
      ctx.globalAlpha = 1;
      ctx.fillStyle = color('--faint');
      ctx.fillRect(bbox.left, middle, bbox.width, 1);
      ctx.fillStyle = color('--accent');
      for (let column = 0; column < columns; column += 1) {
        const count = counts[lane * columns + column] ?? 0;
        if (count === 0) continue;
        // Many and few differ by thousands: the logarithm shows both.
        const part = Math.log1p(count) / Math.log1p(Math.max(most, 8));
        const height = laneHeight * (0.22 + 0.6 * part);
        ctx.globalAlpha = 0.4 + 0.5 * part;
        ctx.fillRect(bbox.left + column * columnWidth, middle - height / 2, columnWidth * 0.8, height);
      }
    }
    ctx.restore();
  }

  #zoomTo({ select, posToVal }: uPlot): void {
    if (select.width < 6) return;
    this.view.span(posToVal(select.left, 'x'), posToVal(select.left + select.width, 'x'));
  }

  /** The point under the pointer, as its place among the points. */
  #near({ cursor, valToPos }: uPlot): number | undefined {
    const { idx, left = -1, top = -1 } = cursor;
    const picture = this.#picture;
    if (idx === null || idx === undefined || picture === undefined || left < 0) return undefined;
    for (let at = Math.max(0, idx - 40); at < Math.min(picture.times.length, idx + 40); at += 1) {
      const row = picture.rows.map((each) => each[at]).find((each) => each !== null && each !== undefined);
      const x = valToPos(picture.times[at] ?? 0, 'x');
      if (row === undefined || row === null || Math.abs(x - left) > NEAR_PX) continue;
      if (Math.abs(valToPos(row, 'y') - top) <= NEAR_PX) return at;
    }
    return undefined;
  }

  #point(plot: uPlot): void {
    const at = this.#near(plot);
    plot.over.classList.toggle('pointing', at !== undefined);
    if (at === undefined) return;
    const { atMs, severity, message } = this.view.events.row(this.#picture?.events[at] ?? 0);
    this.status.textContent = `${stamp(atMs)} ${SEVERITIES[severity]}: ${message}`;
  }

  #click(plot: uPlot): void {
    const at = this.#near(plot);
    const event = at === undefined ? undefined : this.#picture?.events[at];
    if (event !== undefined) this.choose(event);
  }
}

function pointSeries(name: string): uPlot.Series {
  const fill = () => color(name);
  return {
    paths: () => null,
    points: { show: true, size: 9, width: 1.5, fill, stroke: () => color('--card') },
  };
}

function timeAxis(): uPlot.Axis {
  return {
    stroke: () => color('--soft'),
    font: FONT,
    size: 40,
    space: 84,
    values: (_plot, splits) => splits.map((at, index) => moment(at, splits[index - 1])),
    grid: { stroke: () => color('--faint'), width: 1 },
    ticks: { stroke: () => color('--line'), width: 1, size: 5 },
  };
}

function laneAxis(names: readonly string[], size: number): uPlot.Axis {
  return {
    stroke: () => color('--soft'),
    font: FONT,
    size,
    gap: 8,
    splits: () => names.map((_, row) => row),
    values: () => [...names],
    grid: { show: false },
    ticks: { show: false },
  };
}

/** Time of day, and the day where it changes; to the second only where seconds matter. */
function moment(atMs: number, beforeMs: number | undefined): string {
  const [day = '', time = ''] = stamp(atMs).split(' ');
  const isNewDay = beforeMs === undefined || stamp(beforeMs).slice(0, 10) !== day;
  const shown = time.endsWith(':00') ? time.slice(0, 5) : time;
  return isNewDay ? `${shown}\n${day}` : shown;
}

const FONT = '12px system-ui, sans-serif';

function color(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}
