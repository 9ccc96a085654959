import type { Entry } from '@cordon/core';
import type { RunModel } from '../model/run-model.js';
import { skipText } from '../model/step-view.js';
import type { Paint } from '../text/paint.js';
import { plainText } from '../text/plain-text.js';
import { bytesText, counted, durationText } from '../text/units.js';
import { foundText } from './observations.js';

/** What is told of, and in which colour; undefined: nothing worth a line. */
interface Told {
  readonly text: string;
  readonly colour?: keyof Paint;
}

function took(entry: Entry, model: RunModel): string {
  const startedAt = model.step(entry.ledger.slice(model.prefix.length))?.startedAt;
  return startedAt === undefined ? '' : ` in ${durationText(Date.parse(entry.at) - startedAt)}`;
}

function openedTold({ body }: Entry & { kind: 'opened' }): Told {
  const { suspect, type, title, band, severity } = body.finding;
  const order =
    body.order === undefined ? '' : `, ${body.order.kind} for ${body.order.approver}: ${body.order.reason}`;
  const text = `opened ${body.incidentId}: ${suspect.instanceId} of ${suspect.account} in ${suspect.region}, ${band} ${severity}, ${type}, ${title}${order}`;
  return { text, colour: 'strong' };
}

function retryTold({ body, at }: Entry & { kind: 'retrying' }): Told {
  const { failure, retryAt } = body;
  const left = durationText(Date.parse(retryAt) - Date.parse(at));
  return { text: `tries again in ${left}: ${failure.code}: ${failure.message}`, colour: 'warn' };
}

function succeededTold(entry: Entry & { kind: 'succeeded' }, model: RunModel): Told {
  const { verdict } = entry.body;
  if (verdict === undefined) return { text: `succeeded${took(entry, model)}`, colour: 'good' };
  return verdict.allow
    ? { text: `says yes: ${verdict.reason}`, colour: 'good' }
    : { text: `says no: ${verdict.reason}`, colour: 'warn' };
}

type Tellers = {
  readonly [K in Entry['kind']]?: (entry: Entry & { kind: K }, model: RunModel, paint: Paint) => Told;
};

const TELLERS: Tellers = {
  opened: (entry) => openedTold(entry),
  resumed: ({ body }) => ({ text: `resumed on ${body.host}`, colour: 'strong' }),
  finding: ({ body }) => ({ text: `another finding joins: ${body.finding.type}, ${body.finding.title}` }),
  intent: ({ attempt }) => ({ text: attempt > 1 ? `started, attempt ${attempt}` : 'started' }),
  retrying: (entry) => retryTold(entry),
  recovering: () => ({ text: 'looks whether it was done before', colour: 'warn' }),
  succeeded: (entry, model) => succeededTold(entry, model),
  failed: (entry, model) => ({
    text: `failed${took(entry, model)}: ${entry.body.failure.code}: ${entry.body.failure.message}`,
    colour: 'bad',
  }),
  skipped: ({ body }) => ({ text: `skipped: ${skipText(body.reason)}`, colour: 'faint' }),
  cancelled: ({ body }) => ({ text: `cancelled: ${body.reason}`, colour: 'warn' }),
  artifact: ({ body }) => ({
    text: `kept ${body.path}, ${bytesText(body.sizeBytes)}, sha256 ${body.sha256}`,
  }),
  observations: ({ body }, _model, paint) => ({ text: foundText(body.observations, { paint }) }),
  exposed: ({ body }) => ({ text: `open on purpose until ${body.until}: ${body.what}`, colour: 'warn' }),
  anchor: ({ body }) => ({ text: `heads at ${body.moment} published: ${body.where}` }),
  notice: ({ body }) => ({ text: `${body.code}: ${body.message}`, colour: 'warn' }),
  order: ({ body }) => ({
    text: `${body.approver} wants ${body.step} tried again: ${body.reason}`,
    colour: 'strong',
  }),
  answered: ({ body }) =>
    body.refused === undefined
      ? { text: `takes up again: ${body.steps.join(', ')}`, colour: 'strong' }
      : { text: `does not try again: ${body.refused.code}: ${body.refused.message}`, colour: 'warn' },
  approval: ({ body }) => ({
    text: `${body.by} says ${body.decision} to ${body.step}${body.reason === undefined ? '' : `: ${body.reason}`}`,
    colour: 'strong',
  }),
  undone: ({ body }) => ({
    text: `undid ${body.step}; ${counted(body.notRestored.length, 'thing')} not restored`,
  }),
  closed: ({ body }) => ({ text: `closed as ${body.outcome}`, colour: 'strong' }),
};

/** What an entry says to somebody who reads a log; undefined for what only the journal needs. */
export function entryText(entry: Entry, model: RunModel, paint: Paint): string | undefined {
  // The table pairs each kind with its own teller; the compiler cannot follow the index.
  const teller = TELLERS[entry.kind] as ((entry: Entry, model: RunModel, paint: Paint) => Told) | undefined;
  const told = teller?.(entry, model, paint);
  if (told === undefined) return undefined;
  // Observations come with their colours: nothing of an intruder is in the counts.
  if (entry.kind === 'observations') return told.text;
  const text = plainText(told.text, 500);
  return told.colour === undefined ? text : paint[told.colour](text);
}
