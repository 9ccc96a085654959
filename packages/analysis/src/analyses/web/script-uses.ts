import type { Place } from '../../engine/reporter.js';
import type { AccessRecord } from '../../parsers/access-log.js';

/** How one address used one script. */
export interface ScriptUse {
  readonly path: string;
  readonly client: string;
  posts: number;
  gets: number;
  firstMs: number;
  lastMs: number;
  first: Place;
  last: Place;
  /** Of the first request that posted, else of the first. */
  line: string;
  agent: string;
}

const MAX_USES = 200_000;
const SCRIPT = /\.(?:php[0-9]?|phtml|phar|inc|jspx?|aspx?|ashx|cgi|pl|py)(?:\/|$)/i;

/** Who asked for which script, successfully. Bounded; what did not fit is counted. */
export class ScriptUses {
  readonly #uses = new Map<string, ScriptUse>();
  overflow = 0;

  add(record: AccessRecord, where: Place, line: string): void {
    const path = pathOf(record.target);
    if (!SCRIPT.test(path) || !(record.status >= 200 && record.status < 400)) return;
    const key = `${record.client} ${path}`;
    const known = this.#uses.get(key);
    if (known !== undefined) extend(known, record, { where, line });
    else if (this.#uses.size < MAX_USES) this.#uses.set(key, newUse(path, record, { where, line }));
    else this.overflow += 1;
  }

  all(): readonly ScriptUse[] {
    return [...this.#uses.values()];
  }
}

interface Seen {
  readonly where: Place;
  readonly line: string;
}

function newUse(
  path: string,
  { client, method, atMs, agent }: AccessRecord,
  { where, line }: Seen,
): ScriptUse {
  const posted = method === 'POST' || method === 'PUT';
  return {
    path,
    client,
    posts: posted ? 1 : 0,
    gets: posted ? 0 : 1,
    firstMs: atMs,
    lastMs: atMs,
    first: where,
    last: where,
    line,
    agent: agent ?? '',
  };
}

function extend(use: ScriptUse, { method, atMs }: AccessRecord, { where, line }: Seen): void {
  const posted = method === 'POST' || method === 'PUT';
  if (posted && use.posts === 0) use.line = line;
  if (posted) use.posts += 1;
  else use.gets += 1;
  if (atMs < use.firstMs) {
    use.firstMs = atMs;
    use.first = where;
  }
  if (atMs >= use.lastMs) {
    use.lastMs = atMs;
    use.last = where;
  }
}

/** The path of a request, decoded once, without its query. */
export function pathOf(target: string): string {
  const bare = target.replace(/^https?:\/\/[^/]*/i, '').split(/[?#]/, 1)[0] ?? '';
  try {
    return decodeURIComponent(bare);
  } catch {
    return bare;
  }
}
