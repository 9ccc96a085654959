/*! This script holds uPlot.

The MIT License (MIT)

Copyright (c) 2022 Leon Sorokin

Permission is hereby granted, free of charge, to any person obtaining a copy
of this software and associated documentation files (the "Software"), to deal
in the Software without restriction, including without limitation the rights
to use, copy, modify, merge, publish, distribute, sublicense, and/or sell
copies of the Software, and to permit persons to whom the Software is
furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in
all copies or substantial portions of the Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR
IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF MERCHANTABILITY,
FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE
AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER
LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM,
OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN
THE SOFTWARE.
*/
import { LaneChart } from './chart.js';
import { wireControls } from './controls.js';
import { stamp } from './events.js';
import { EventList } from './list.js';
import { unpack } from './unpack.js';
import { View } from './view.js';

/**
 * The page's own script: the timeline's chart, filter and list. It sets text and never markup, asks the network for
 * nothing, and the page is complete without it.
 */
function byId(id: string): HTMLElement {
  const found = document.getElementById(id);
  if (found === null) throw new Error(`the page has no element ${id}`);
  return found;
}

async function start(): Promise<void> {
  const element = byId('events');
  if (!(element instanceof HTMLScriptElement)) return;
  const view = new View(await unpack(element));
  openTargets();
  if (view.events.length > 0) showTimeline(view);
  document.documentElement.dataset['ready'] = 'yes';
  performance.mark('cordon:ready');
}

function showTimeline(view: View): void {
  for (const id of ['controls', 'list', 'chart', 'status']) byId(id).hidden = false;
  byId('static').hidden = true;
  const list = new EventList(byId('list'), byId('detail'), view);
  const chart = new LaneChart(byId('chart'), byId('status'), view, (event) => list.show(event));
  wireControls(view, byId);
  view.onChange(() => {
    const { shown, events, fromMs, toMs } = view;
    byId('count').textContent =
      `${shown.length.toLocaleString('en')} of ${events.length.toLocaleString('en')} events`;
    byId('status').textContent = `${stamp(fromMs)} to ${stamp(toMs)}`;
  });
  view.intrusion();
  redrawWith(chart, list);
}

function redrawWith(chart: LaneChart, list: EventList): void {
  let width = innerWidth;
  addEventListener('resize', () => {
    if (width === innerWidth) return;
    width = innerWidth;
    chart.draw();
    list.redraw();
  });
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => chart.draw());
  // Paper scrolls no list.
  const paper = (printing: boolean) => {
    byId('static').hidden = !printing;
    byId('list').hidden = printing;
  };
  addEventListener('beforeprint', () => paper(true));
  addEventListener('afterprint', () => paper(false));
}

/** What a link points to is open when the reader comes there. */
function openTargets(): void {
  const open = () => {
    const target = document.getElementById(location.hash.slice(1));
    for (let at = target?.closest('details'); at; at = at.parentElement?.closest('details')) at.open = true;
    target?.scrollIntoView();
  };
  addEventListener('hashchange', open);
  if (location.hash.length > 1) open();
}

void start();
