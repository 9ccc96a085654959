import { createHash } from 'node:crypto';
import type { Engagement } from '../engine/engagement.js';
import type { Entry, EntryBodies, Journal } from '../engine/entry.js';
import { reopening } from '../engine/reopening.js';

/** How often a host looks for what visitors have left in the journal of the incident that it drives. */
const LOOK_EVERY_MS = 30_000;

type Order = Entry & { readonly kind: 'order' };
export type Answer = EntryBodies['answered'];

/** Leaves an order in the journal, for whoever drives the incident; returns the ledger that it lies in. */
export async function leaveOrder(journal: Journal, order: EntryBodies['order']): Promise<string> {
  const salt = `${journal.entries.length}\n${JSON.stringify(order)}`;
  const ledger = `order-${createHash('sha256').update(salt).digest('hex').slice(0, 12)}`;
  await journal.append(ledger, [{ kind: 'order', body: order }], ['run', order.step]);
  return ledger;
}

/** What was made of an order, once it has been answered. */
export function answerTo(entries: readonly Entry[], order: string): Answer | undefined {
  const answered = entries.find((entry) => entry.kind === 'answered' && entry.body.order === order);
  return answered?.kind === 'answered' ? answered.body : undefined;
}

function isReopened(engagement: Engagement, step: string, order: string): boolean {
  return engagement.journal.entries.some(
    (entry) => entry.ledger === step && entry.kind === 'reopened' && entry.body.order === order,
  );
}

/** Steps first, answer last: an answer that a death kept back is made again, and finds what was reopened. */
async function answer(engagement: Engagement, order: Order): Promise<void> {
  const done = reopening(engagement.plan, engagement.state, order.body.step);
  const earlier = engagement.plan.steps
    .map(({ step }) => step.id)
    .filter((id) => isReopened(engagement, id, order.ledger));
  const steps = 'steps' in done ? done.steps : [];
  for (const step of steps)
    await engagement.record(step, [{ kind: 'reopened', body: { order: order.ledger } }]);
  const refused = 'refused' in done && earlier.length === 0 ? { refused: done.refused } : {};
  const body = { order: order.ledger, steps: [...earlier, ...steps], ...refused };
  await engagement.record('run', [{ kind: 'answered', body }]);
}

function unanswered({ journal: { entries } }: Engagement): readonly Order[] {
  return entries.filter(
    (entry): entry is Order => entry.kind === 'order' && answerTo(entries, entry.ledger) === undefined,
  );
}

/** An order that comes when all is over is told so. */
export async function refuseOrders(engagement: Engagement): Promise<void> {
  const refused = {
    code: 'TOO_LATE',
    message: 'the incident was being closed: try the step again now',
  } as const;
  for (const { ledger } of unanswered(engagement))
    await engagement.record('run', [{ kind: 'answered', body: { order: ledger, steps: [], refused } }]);
}

/** What visitors leave for the host while it drives: later findings, and orders. */
export class Visitors {
  readonly #engagement: Engagement;
  #nextLook: number | undefined;

  constructor(engagement: Engagement) {
    this.#engagement = engagement;
    // A later run follows a closed one: nobody visits it.
    if (engagement.prefix === '') this.#nextLook = 0;
  }

  /** When to look again, in milliseconds since the epoch; undefined: never. */
  get nextLook(): number | undefined {
    return this.#nextLook;
  }

  /** Looks, when it is time. A store that does not answer delays visitors, not the run. */
  async look(): Promise<void> {
    const engagement = this.#engagement;
    const now = engagement.now().getTime();
    if (this.#nextLook === undefined || now < this.#nextLook) return;
    const first = this.#nextLook === 0;
    this.#nextLook = now + LOOK_EVERY_MS;
    const hasNews = first || (await engagement.journal.hasNews().catch(() => false));
    if (!hasNews) return;
    if (!first) await engagement.takeNews();
    for (const order of unanswered(engagement)) await answer(engagement, order);
  }
}
