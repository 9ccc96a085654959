import { type Html, html } from '../html.js';
import type { Detail } from '../model.js';

/** `2026-11-20 03:11:52`, in a time element; the page says once that times are UTC. */
export function timeOf(at: string | undefined): Html {
  if (at === undefined) return html`<span class="soft small">no time</span>`;
  const shown = at.replace('T', ' ').replace(/(?:\.\d+)?Z$/, '');
  return html`<time datetime="${at}">${shown}</time>`;
}

export function details(rows: readonly Detail[]): Html {
  return html`<dl>${rows.map(({ label, value }) => html`<dt>${label}</dt><dd>${value}</dd>`)}</dl>`;
}

export function plainList(items: readonly (string | Html)[], empty: string): Html {
  if (items.length === 0) return html`<p class="soft">${empty}</p>`;
  return html`<ul class="plain">${items.map((item) => html`<li>${item}</li>`)}</ul>`;
}

/** 0 to 1 as a bar and in words. */
export function confidenceOf(value: number | undefined): Html {
  if (value === undefined) return html``;
  const percent = Math.round(Math.max(0, Math.min(1, value)) * 100);
  return html`<span class="small soft">${percent} % sure</span>`;
}

export function bytesOf(size: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  const step = Math.min(units.length - 1, size < 1000 ? 0 : Math.floor(Math.log10(size) / 3));
  const value = size / 1000 ** step;
  return `${step === 0 ? value : value.toFixed(value < 10 ? 1 : 0)} ${units[step]}`;
}
