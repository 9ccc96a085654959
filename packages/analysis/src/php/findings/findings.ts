import type { Signal } from '../../webshell/signal.js';
import { CATALOG, type SignalId } from './catalog.js';

const MAX_DETAIL = 80;

const CERTAIN = 60;

const OPEN: ReadonlySet<SignalId> = new Set([
  'unknown-to-code',
  'built-to-code-unknown',
  'decoded-to-code-unknown',
  'undefined-to-code',
  'unknown-to-hidden-code',
  'decoded-call',
  'built-call',
  'unknown-call-with-request',
  'unknown-to-command',
]);

interface Seen {
  readonly detail: string;
  readonly offset: number;
  readonly isOutermost: boolean;
}

/** What the evaluation of one file has seen so far. */
export class Findings {
  private readonly seen = new Map<SignalId, Seen>();
  /** Things that are ordinary alone and telling together: running commands, listing folders, keeping uploads. */
  readonly capabilities = new Set<string>();

  /** Records a signal once: where it was first seen. */
  add(id: SignalId, { detail, offset, isOutermost }: Seen): void {
    if (!this.seen.has(id)) this.seen.set(id, { detail: detail.slice(0, MAX_DETAIL), offset, isOutermost });
  }

  has(id: SignalId): boolean {
    return this.seen.has(id);
  }

  /** Whether something unknown is run or called, and nothing better is known of it. */
  isOpen(): boolean {
    const ids = [...this.seen.keys()];
    return ids.some((id) => OPEN.has(id)) && !ids.some((id) => CATALOG[id].weight >= CERTAIN);
  }

  signals(): readonly Signal[] {
    return [...this.seen].map(([id, { detail, offset, isOutermost }]) => {
      const { weight, reason } = CATALOG[id];
      return {
        id,
        weight,
        reason: detail === '' ? reason : `${reason.slice(0, -1)}: ${detail}`,
        offset,
        isOutermost,
      };
    });
  }
}
