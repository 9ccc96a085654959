import { subscribe } from 'node:diagnostics_channel';
import type { Entry, Finding, JournalMessage } from '@cordon/core';
import type { Hearsay } from './discretion.js';
import { piecesOf } from './said.js';

/** As `JOURNAL_CHANNEL`, by its name: a bundle under test has a `@cordon/core` of its own. */
const CHANNEL = 'cordon:journal';
/** The newest: a property test makes thousands of findings. */
const MOST_PIECES = 300;

// For the whole process, as the channel is: what an intruder has others write belongs in no world's commands.
const pieces = new Map<string, string>();
let listening = false;

function ofFinding({ title, description, remote }: Finding): readonly Hearsay[] {
  return [
    { what: 'the title of the finding', text: title },
    { what: 'the description of the finding', text: description },
    ...remote.domains.map((text) => ({ what: 'a domain of the finding', text })),
  ];
}

function ofReason(text = ''): readonly Hearsay[] {
  return [{ what: 'the reason that a person gave', text }];
}

/** What others wrote, of what an entry says. */
function hearsayOf(entry: Entry): readonly Hearsay[] {
  const { kind, body } = entry;
  if (kind === 'opened') return [...ofFinding(body.finding), ...ofReason(body.order?.reason)];
  if (kind === 'finding') return ofFinding(body.finding);
  if (kind === 'order' || kind === 'approval') return ofReason(body.reason);
  const confirmed = kind === 'succeeded' ? body.verdict?.finding : undefined;
  return confirmed === undefined ? [] : ofFinding(confirmed);
}

function keep({ what, text }: Hearsay): void {
  for (const piece of piecesOf(text)) {
    pieces.delete(piece);
    pieces.set(piece, what);
  }
  for (const [oldest] of [...pieces].slice(0, Math.max(0, pieces.size - MOST_PIECES))) pieces.delete(oldest);
}

/** @internal Listens to the journals of this process from now on. */
export function overhear(): void {
  if (listening) return;
  listening = true;
  subscribe(CHANNEL, (message) => {
    // Nobody else publishes there.
    for (const entry of (message as JournalMessage).entries) hearsayOf(entry).forEach(keep);
  });
}

/** Pieces of what journals of this process say in the words of others, and what each is of. */
export function heardOf(): ReadonlyMap<string, string> {
  return pieces;
}
