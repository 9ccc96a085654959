import { part } from './list.js';
import type { View } from './view.js';

/** Buttons and keys; all of it is reachable without a mouse. */
export function wireControls(view: View, ids: (id: string) => HTMLElement): void {
  const search = ids('q');
  if (!(search instanceof HTMLInputElement)) return;
  search.addEventListener('input', () => view.search(search.value));
  search.addEventListener('keydown', (event) => {
    if (event.key === 'Escape') {
      search.value = '';
      view.search('');
    }
    if (event.key === 'ArrowDown') ids('list').focus();
  });
  const least = ids('least');
  least.addEventListener('change', () => {
    if (least instanceof HTMLSelectElement) view.leastSeverity = Number(least.value);
    view.apply();
  });
  ids('whole').addEventListener('click', () => view.whole());
  ids('intrusion').addEventListener('click', () => view.intrusion());
  ids('closer').addEventListener('click', () => view.zoom(0.5));
  ids('wider').addEventListener('click', () => view.zoom(2));
  ids('intrusion').hidden = view.events.focus === null;
  ids('lanes').append(...view.events.lanes.map((name, lane) => laneButton(view, name, lane)));
  ids('chart').addEventListener('keydown', (event) => zoomByKey(view, event));
  document.addEventListener('keydown', (event) => {
    const typing = event.target instanceof HTMLInputElement || event.target instanceof HTMLSelectElement;
    if (event.key !== '/' || typing || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    search.focus();
  });
}

function laneButton(view: View, name: string, lane: number): HTMLElement {
  const button = part('button', '', name);
  button.setAttribute('type', 'button');
  button.setAttribute('aria-pressed', 'true');
  button.addEventListener('click', () => button.setAttribute('aria-pressed', String(view.toggleLane(lane))));
  return button;
}

function zoomByKey(view: View, event: KeyboardEvent): void {
  const actions: { readonly [key: string]: () => void } = {
    '+': () => view.zoom(0.5),
    '=': () => view.zoom(0.5),
    '-': () => view.zoom(2),
    0: () => view.whole(),
    ArrowLeft: () => view.move(-0.25),
    ArrowRight: () => view.move(0.25),
  };
  const action = Object.hasOwn(actions, event.key) ? actions[event.key] : undefined;
  if (action === undefined) return;
  event.preventDefault();
  action();
}
