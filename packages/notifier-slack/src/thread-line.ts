import { type Entry, type Observation, openQuestions } from '@cordon/core';
import { slackCode, slackText } from './text.js';

/** A person is asked, and has to hear of it; other waits are no news. */
function questionLine(entry: Entry): string | undefined {
  const [question] = openQuestions([entry]);
  if (question === undefined) return undefined;
  const { step, reasons, expiresAt, onExpiry } = question;
  const until = `${slackText(expiresAt, 30)}, then *${onExpiry === 'allow' ? 'yes' : 'no'}*`;
  const why = reasons.slice(0, 10).map((reason) => `• ${slackText(reason, 300)}`);
  return [`:raised_hand: ${slackCode(step, 70)} waits for a yes until ${until}`, ...why].join('\n');
}

/** What cannot wait for the report. */
function severeLines(observations: readonly Observation[]): string | undefined {
  const severe = observations.filter(({ severity }) => severity === 'high' || severity === 'critical');
  const lines = severe
    .slice(0, 5)
    .map((seen) => `:mag: *${seen.severity}* ${slackText(seen.title, 200)} — ${slackCode(seen.entity, 120)}`);
  if (severe.length > 5) lines.push(`… and ${severe.length - 5} more of high severity`);
  return lines.length === 0 ? undefined : lines.join('\n');
}

/** What the thread tells of an entry; undefined for what only the journal needs. */
export function threadLine(entry: Entry): string | undefined {
  const step = slackCode(entry.ledger, 70);
  switch (entry.kind) {
    case 'intent':
      return entry.attempt === 1 ? `:arrow_forward: ${step} started` : undefined;
    case 'succeeded':
      return `:white_check_mark: ${step} done`;
    case 'failed':
      return `:x: ${step} failed: ${slackCode(entry.body.failure.code, 60)} ${slackText(entry.body.failure.message, 600)}`;
    case 'skipped':
      return `:fast_forward: ${step} skipped: ${slackText(JSON.stringify(entry.body.reason), 300)}`;
    case 'retrying':
      return `:repeat: ${step} will be tried again: ${slackCode(entry.body.failure.code, 60)} ${slackText(entry.body.failure.message, 300)}`;
    case 'exposed':
      return `:warning: ${step} opens ${slackText(entry.body.what, 200)} until ${entry.body.until}`;
    case 'observations':
      return severeLines(entry.body.observations);
    case 'notice':
      return `:information_source: ${step} ${slackCode(entry.body.code, 60)} ${slackText(entry.body.message, 400)}`;
    case 'order':
      return `:leftwards_arrow_with_hook: ${slackText(entry.body.approver, 60)} wants ${slackCode(entry.body.step, 70)} tried again: ${slackText(entry.body.reason, 300)}`;
    case 'waiting':
      return questionLine(entry);
    case 'approval':
      return `:ballot_box_with_check: ${slackText(entry.body.by, 80)} says *${entry.body.decision}* to ${slackCode(entry.body.step, 70)}: ${slackText(entry.body.reason ?? 'no reason given', 300)}`;
    case 'resumed':
      return ':arrows_counterclockwise: another host went on with this incident';
    case 'closed':
      return `:checkered_flag: closed as *${entry.body.outcome}*; journal head ${slackCode(entry.hash, 70)}`;
    default:
      return undefined;
  }
}
