import { createPublicKey, verify as verifySignature } from 'node:crypto';
import type { AnchorMoment, Entry } from '../engine/entry.js';
import { canonicalJson } from './canonical.js';
import type { JournalProblem } from './problem.js';
import { type Heads, quotedHeads } from './verify-anchors.js';
import { closingOf } from './verify-closing.js';
import type { Ledgers } from './verify-lines.js';

/** What a signed anchor signs, as UTF-8: canonical JSON (RFC 8785). ECDSA on P-256, over its SHA-256. */
export function headsStatement(incidentId: string, moment: AnchorMoment, heads: Heads): string {
  return canonicalJson({ statement: 'cordon journal heads', incidentId, moment, heads });
}

type Anchored = Entry & { readonly kind: 'anchor' };

interface Check {
  readonly incidentId: string;
  /** PEM. */
  readonly publicKey: string;
}

function isSigned({ body }: Anchored, { incidentId, publicKey }: Check): boolean {
  const heads = quotedHeads(body);
  if (body.signature === undefined || heads === undefined) return false;
  const statement = Buffer.from(headsStatement(incidentId, body.moment, heads), 'utf8');
  const signature = Buffer.from(String(body.signature.value), 'base64');
  return verifySignature('sha256', statement, createPublicKey(publicKey), signature);
}

function forged({ ledger, seq }: Entry): JournalProblem {
  return { ledger, seq, code: 'ANCHOR_SIGNATURE', message: 'The signature is not that of the given key.' };
}

/** A closed run that was to be signed has the signature of its last moment. */
function unsigned(ledgers: Ledgers, signed: readonly Anchored[]): readonly JournalProblem[] {
  const closing = closingOf(ledgers, '');
  if (closing === undefined || signed.some(({ body }) => body.moment === 'close')) return [];
  const message = 'No signature of the given key covers the journal at its close.';
  return [{ ledger: closing.ledger, seq: closing.seq, code: 'ANCHOR_SIGNATURE', message }];
}

/** Signatures that are not the key's, and the one that is missing. */
export function signatureProblems(ledgers: Ledgers, check: Check): readonly JournalProblem[] {
  const anchors = [...ledgers.values()]
    .flat()
    .filter((entry): entry is Anchored => entry?.kind === 'anchor' && entry.body?.signature !== undefined);
  const signed = anchors.filter((anchor) => isSigned(anchor, check));
  const bad = anchors.filter((anchor) => !signed.includes(anchor));
  return [...bad.map(forged), ...unsigned(ledgers, signed)];
}
