import type { TimelineEvent } from '../engine/event.js';

/** One event as Timesketch imports it: JSON lines with `message`, `datetime`, `timestamp_desc`. */
export function timesketchLine(event: TimelineEvent): string {
  const { at, what, message, kind, entity, source } = event;
  return `${JSON.stringify({
    message,
    datetime: at,
    // Microseconds since the epoch.
    timestamp: Date.parse(at) * 1000,
    timestamp_desc: what,
    kind,
    ...(entity === undefined ? {} : { entity }),
    artifact: source.artifact,
    ...(source.path === undefined ? {} : { path: source.path }),
    ...(source.line === undefined ? {} : { line: source.line }),
    ...(source.offsetBytes === undefined ? {} : { offset: source.offsetBytes }),
  })}\n`;
}

/** Oldest first; events of the same moment keep their order. */
export function sortEvents<E extends { readonly at: string }>(events: readonly E[]): readonly E[] {
  return [...events].sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0));
}
