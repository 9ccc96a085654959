import { SEVERITY_RANK } from '../engine/severity.js';
import { pageText } from './html.js';
import type { ReportEvent } from './model.js';
import type { PageData } from './page-data.js';

/** Numbers texts as they come, so that each is carried once. */
class Dictionary {
  readonly #places = new Map<string, number>();

  place(text: string): number {
    const known = this.#places.get(text);
    if (known !== undefined) return known;
    this.#places.set(text, this.#places.size);
    return this.#places.size - 1;
  }

  get texts(): readonly string[] {
    return [...this.#places.keys()].map(pageText);
  }
}

/** Events, oldest first, as columns for the page's script. */
export function packEvents(events: readonly ReportEvent[], focus: PageData['focus']): PageData {
  const [lanes, whats, files] = [new Dictionary(), new Dictionary(), new Dictionary()];
  for (const lane of lanesOf(events)) lanes.place(lane);
  const moments = events.map(({ at }) => Date.parse(at));
  return {
    times: moments.map((moment, index) => moment - (moments[index - 1] ?? 0)),
    lane: events.map((event) => lanes.place(laneOf(event))),
    severities: events.map(({ severity }) => (severity === undefined ? 0 : SEVERITY_RANK[severity])).join(''),
    what: events.map(({ what }) => whats.place(what)),
    messages: events.map(({ message }) => pageText(message)),
    file: events.map(({ source }) =>
      source === undefined
        ? -1
        : files.place(source.path === undefined ? source.artifact : `${source.artifact} ${source.path}`),
    ),
    spot: events.map(spotOf),
    lanes: lanes.texts,
    whats: whats.texts,
    files: files.texts,
    focus,
  };
}

function spotOf({ source }: ReportEvent): number {
  if (source?.line !== undefined) return source.line;
  return source?.offsetBytes === undefined ? 0 : -source.offsetBytes - 1;
}

/** What was observed is seen first, what the response did last; between them, as they come. */
function lanesOf(events: readonly ReportEvent[]): readonly string[] {
  const all = new Set(events.map(laneOf));
  const middle = [...all].filter((lane) => !FIRST_LANES.includes(lane) && lane !== LAST_LANE);
  return [...FIRST_LANES, ...middle, LAST_LANE].filter((lane) => all.has(lane));
}

const FIRST_LANES: readonly string[] = ['observation', 'finding'];
const LAST_LANE = 'response';

/** The first part of an event's kind. */
function laneOf({ kind }: ReportEvent): string {
  return kind.split('.', 1)[0] ?? kind;
}
