import { type Html, html } from '../html.js';
import type { Detail } from '../model.js';

/** `2026-11-20 03:11:52`, in a time element; the page says once that times are UTC. */
export function timeOf(at: string | undefined): Html {
  if (at === undefined) return html`<span class="soft small">no time</span>`;
  const shown = at.replace('T', ' ').replace(/(?:\.\d+)?Z$/, '');
  return html`<time datetime="${at}">${shown}</time>`;
}

/** `46 min`, `1 h 12 min`, `3 d 4 h`. */
export function durationText(ms: number): string | undefined {
  if (!(ms >= 0)) return undefined;
  const minutes = Math.round(ms / 60_000);
  if (minutes < 1) return 'under a minute';
  const [days, hours, rest] = [Math.floor(minutes / 1440), Math.floor((minutes % 1440) / 60), minutes % 60];
  if (days > 0) return `${days} d ${hours} h`;
  return hours > 0 ? `${hours} h ${rest} min` : `${rest} min`;
}

export function details(rows: readonly Detail[]): Html {
  return html`<dl>${rows.map(({ label, value }) => html`<dt>${label}</dt><dd>${value}</dd>`)}</dl>`;
}

/** Items with a box to tick; `open` and `quiet` have a dot instead. */
export function plainList(
  items: readonly (string | Html)[],
  empty: string,
  kind: 'open' | 'quiet' | 'tick' = 'tick',
): Html {
  if (items.length === 0) return html`<p class="soft">${empty}</p>`;
  return html`<ul class="plain ${kind}">${items.map((item) => html`<li>${item}</li>`)}</ul>`;
}

/** 0 to 1, for people. */
export function confidenceText(value: number): string {
  return `${Math.round(Math.max(0, Math.min(1, value)) * 100)} % sure`;
}

export function confidenceOf(value: number | undefined): Html {
  return value === undefined ? html`` : html`<span class="small soft">${confidenceText(value)}</span>`;
}

/** What only some readers want, closed on a screen and open on paper. */
export function fold(summary: string, body: Html): Html {
  return html`<details class="fold"><summary>${summary}</summary>${body}</details>`;
}

export function bytesOf(size: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  const step = Math.min(units.length - 1, size < 1000 ? 0 : Math.floor(Math.log10(size) / 3));
  const value = size / 1000 ** step;
  return `${step === 0 ? value : value.toFixed(value < 10 ? 1 : 0)} ${units[step]}`;
}
