import { channel } from 'node:diagnostics_channel';
import type { Entry } from '../engine/entry.js';

/** Name of the diagnostics channel on which every entry is told that this process writes, whichever host drives. */
export const JOURNAL_CHANNEL = 'cordon:journal';

/** What the channel's subscribers are given. */
export interface JournalMessage {
  readonly incidentId: string;
  /** As they are stored by now, in their order. */
  readonly entries: readonly Entry[];
}

const told = channel(JOURNAL_CHANNEL);

/** Costs nothing where nobody listens; a subscriber that throws ends no incident, but its own process. */
export function tellChannel(incidentId: string, entries: readonly Entry[]): void {
  if (!told.hasSubscribers) return;
  const message: JournalMessage = { incidentId, entries };
  told.publish(message);
}
