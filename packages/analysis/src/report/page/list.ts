import { SEVERITIES, stamp } from './events.js';
import type { View } from './view.js';

/** Of the style sheet's `.row`. */
const ROW_PX = 30;
const SPARE_ROWS = 8;

/** A list that makes only the rows that are seen: a browser with fifty thousand rows is no use at three in the morning. */
export class EventList {
  readonly #spacer = document.createElement('div');
  /** Place in `view.shown`. */
  #selected = -1;

  constructor(
    private readonly box: HTMLElement,
    private readonly detail: HTMLElement,
    private readonly view: View,
  ) {
    this.#spacer.className = 'spacer';
    // A listbox has options and nothing between.
    this.#spacer.setAttribute('role', 'presentation');
    box.append(this.#spacer);
    box.addEventListener('scroll', () => this.#draw(), { passive: true });
    box.addEventListener('keydown', (event) => this.#key(event));
    box.addEventListener('click', (event) => this.#click(event));
    view.onChange(() => this.#reset());
  }

  /** Selects an event by its place among all, and shows it. */
  show(event: number): void {
    const place = this.view.shown.indexOf(event);
    if (place >= 0) this.#select(place);
  }

  redraw(): void {
    this.#draw();
  }

  #reset(): void {
    this.#selected = -1;
    this.detail.hidden = true;
    this.box.removeAttribute('aria-activedescendant');
    this.#spacer.style.height = `${this.view.shown.length * ROW_PX}px`;
    this.box.scrollTop = 0;
    this.#draw();
  }

  #draw(): void {
    const { scrollTop, clientHeight } = this.box;
    const from = Math.max(0, Math.floor(scrollTop / ROW_PX) - SPARE_ROWS);
    const to = Math.min(this.view.shown.length, Math.ceil((scrollTop + clientHeight) / ROW_PX) + SPARE_ROWS);
    const rows: HTMLElement[] = [];
    for (let place = from; place < to; place += 1) rows.push(this.#row(place));
    this.#spacer.replaceChildren(...rows);
  }

  #row(place: number): HTMLElement {
    const { atMs, lane, severity, message } = this.view.events.row(this.view.shown[place] ?? 0);
    const row = part('div', 'row');
    row.id = `event-${place}`;
    row.style.top = `${place * ROW_PX}px`;
    row.setAttribute('role', 'option');
    row.setAttribute('aria-selected', String(place === this.#selected));
    row.setAttribute('aria-setsize', String(this.view.shown.length));
    row.setAttribute('aria-posinset', String(place + 1));
    const name = SEVERITIES[severity] ?? 'info';
    const mark = part('span', `mark ${name}`, severity > 0 ? name : '');
    row.append(timePart(atMs), mark, part('span', 'lane', lane), part('span', 'message', message));
    return row;
  }

  #select(place: number): void {
    const last = this.view.shown.length - 1;
    if (last < 0) return;
    this.#selected = Math.min(Math.max(place, 0), last);
    const top = this.#selected * ROW_PX;
    const { scrollTop, clientHeight } = this.box;
    if (top < scrollTop || top + ROW_PX > scrollTop + clientHeight)
      this.box.scrollTop = Math.max(0, top - clientHeight / 2);
    this.#draw();
    this.box.setAttribute('aria-activedescendant', `event-${this.#selected}`);
    this.#tell();
  }

  #tell(): void {
    const { atMs, what, message, place, severity } = this.view.events.row(
      this.view.shown[this.#selected] ?? 0,
    );
    const name = severity > 0 ? `${SEVERITIES[severity]} · ` : '';
    this.detail.replaceChildren(
      part('p', 'small soft', `${stamp(atMs)} · ${name}${what}`),
      part('p', 'message', message),
      part('p', 'small soft mono', place),
    );
    this.detail.hidden = false;
  }

  #key(event: KeyboardEvent): void {
    const page = Math.max(1, Math.floor(this.box.clientHeight / ROW_PX) - 1);
    const moves: { readonly [key: string]: number } = {
      ArrowDown: this.#selected + 1,
      ArrowUp: this.#selected - 1,
      PageDown: this.#selected + page,
      PageUp: this.#selected - page,
      Home: 0,
      End: this.view.shown.length - 1,
    };
    const to = Object.hasOwn(moves, event.key) ? moves[event.key] : undefined;
    if (to === undefined) return;
    event.preventDefault();
    this.#select(to);
  }

  #click({ target }: MouseEvent): void {
    const row = target instanceof Element ? target.closest('.row') : null;
    if (row !== null) this.#select(Number(row.id.slice('event-'.length)));
  }
}

/** Text only: nothing of the evidence is ever markup. */
export function part(tag: string, name: string, text?: string): HTMLElement {
  const made = document.createElement(tag);
  if (name !== '') made.className = name;
  if (text !== undefined) made.textContent = text;
  return made;
}

/** The day apart, for a narrow screen has no room for it. */
function timePart(atMs: number): HTMLElement {
  const [day = '', time = ''] = stamp(atMs).split(' ');
  const made = part('time', '');
  made.append(part('span', 'day', `${day} `), time);
  return made;
}
