import type { CallRecord } from './account.js';
import { CORDON, type CordonVersion } from './cordon-version.js';
import type { Engagement } from './engagement.js';
import type { Entry } from './entry.js';
import type { Step } from './step.js';

/** Bytes that did some of the work, by their own hash: a kernel module, a pack of rules. */
export interface HashedTool {
  /** `lime.ko`, `reverse-shells.yml` */
  readonly name: string;
  /** 64 hex digits. */
  readonly sha256: string;
}

/** What was sent to a host: on record with the call that sent it. */
export interface SentScript {
  /** As the step calls it: `live-triage`. */
  readonly script: string;
  /** Of what ran: prelude and script, without key and parameters. */
  readonly sha256: string;
  /** Of SSM. */
  readonly document: string;
  /** What the script was told to fetch and to compare with these hashes. */
  readonly tools?: readonly HashedTool[];
}

/** A script that ran on a host on the way to an artifact. */
export interface RanScript extends SentScript {
  readonly step: string;
  readonly instanceId?: string;
  /** SSM's. */
  readonly commandId?: string;
}

/** With what an artifact was taken: enough to take it again in the same way, and to find what was wrong with it. */
export interface AcquiredWith {
  readonly cordon: CordonVersion;
  readonly step: { readonly id: string; readonly version: number };
  /** Of what a host gave: every script on the way to it, in the order of their sending. */
  readonly scripts?: readonly RanScript[];
  /** Packs of rules that judged it. */
  readonly rules?: readonly HashedTool[];
  /** What the forensic host booted from: `ami-...`. */
  readonly image?: string;
}

/** The step, and all whose facts it needs, and all whose facts they need. */
function chainTo({ plan, earlier }: Engagement, step: Step): ReadonlySet<string> {
  const steps = [...plan.steps, ...(earlier?.plan.steps ?? [])].map((planned) => planned.step);
  const chain = new Set<string>();
  const walk = (one: Step): void => {
    if (chain.has(one.id)) return;
    chain.add(one.id);
    for (const { name } of one.needs)
      for (const other of steps) if (other.provides.some((fact) => fact.name === name)) walk(other);
  };
  walk(step);
  return chain;
}

const UUID = /\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/g;
const isUuid = (text: string) => text.match(UUID)?.[0] === text;
const stepOf = ({ ledger }: Entry) => ledger.split('/').at(-1) ?? ledger;

type SendEntry = Entry & { kind: 'call' };
const isSend = (entry: Entry): entry is SendEntry => entry.kind === 'call' && entry.body.sent !== undefined;
const commandOf = ({ body }: SendEntry) => (body.outcome === 'ok' ? body.resources.find(isUuid) : undefined);

/** The answer was lost, and the step has found its command again: its id stands in what the step wrote next. */
function foundAgain(
  send: SendEntry,
  entries: readonly Entry[],
  known: ReadonlySet<string>,
): string | undefined {
  const later = entries.filter(({ ledger, seq }) => ledger === send.ledger && seq > send.seq);
  for (const { kind, body } of later) {
    if (kind !== 'waiting' && kind !== 'effect') continue;
    const id = JSON.stringify(body)
      .match(UUID)
      ?.find((one) => !known.has(one));
    if (id !== undefined) return id;
  }
  return undefined;
}

function scriptsOf(entries: readonly Entry[], chain: ReadonlySet<string>): readonly RanScript[] {
  const sends = entries.filter(isSend).filter((entry) => chain.has(stepOf(entry)));
  const known = new Set(sends.flatMap((send) => commandOf(send) ?? []));
  const ran = sends.flatMap((send): RanScript[] => {
    const commandId = commandOf(send) ?? foundAgain(send, entries, known);
    if (commandId === undefined || send.body.sent === undefined) return [];
    known.add(commandId);
    const instanceId = instanceOf(send.body);
    const on = instanceId === undefined ? {} : { instanceId };
    return [{ step: stepOf(send), ...send.body.sent, ...on, commandId }];
  });
  return ran;
}

function instanceOf({ resources }: CallRecord): string | undefined {
  return resources.find((id) => id.startsWith('i-'));
}

/** What an artifact is stamped with, beside what its step says of it. */
export function acquiredWith(
  engagement: Engagement,
  step: Step,
  told: { readonly acquiredBy: string; readonly rules?: readonly HashedTool[]; readonly image?: string },
): AcquiredWith {
  const { acquiredBy, rules, image } = told;
  const byHost = acquiredBy === 'suspect' || acquiredBy === 'forensic-host';
  const scripts = byHost ? scriptsOf(engagement.journal.entries, chainTo(engagement, step)) : [];
  return {
    cordon: CORDON,
    step: { id: step.id, version: step.version },
    ...(scripts.length === 0 ? {} : { scripts }),
    ...(rules === undefined || rules.length === 0 ? {} : { rules }),
    ...(image === undefined ? {} : { image }),
  };
}
