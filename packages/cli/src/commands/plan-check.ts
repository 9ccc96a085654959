import type { ExplainedStep, Finding } from '@cordon/core';
import type { Rehearsal, RehearsedAction, RehearsedAnswer } from '@cordon/core/aws';
import type { CordonConfig } from '../config/config.js';
import { environmentOf } from '../config/environment.js';
import type { Console } from '../console.js';
import { EXIT } from '../exit-codes.js';
import { columns } from '../text/columns.js';
import { plainText } from '../text/plain-text.js';

/** From what stops a run to what does not. */
const ORDER: readonly RehearsedAnswer[] = ['denied', 'unlikely', 'unknown', 'likely', 'allowed'];

const CAVEAT =
  "`allowed` is proved by a dry run of EC2; `likely` is what IAM's simulator says of the role's own policies: those of the organization, of buckets and of keys were not asked.";

/** What a plan is checked for: a suspect, and what the sessions of a run may do about it. */
export interface Checking {
  readonly config: CordonConfig;
  readonly finding: Finding;
}

/** What `inspect` sees of the suspect, by the name of its fact; nothing where it cannot be looked at. */
export async function knownBeforehand({
  config,
  finding,
}: Checking): Promise<Readonly<Record<string, unknown>>> {
  const environment = await environmentOf(config);
  const { lookBeforehand } = await import('@cordon/core/steps');
  const account = environment.account('suspect', { id: 'plan-beforehand', suspect: finding.suspect });
  const instance = await lookBeforehand(account, finding.suspect).catch(() => undefined);
  return instance === undefined ? {} : { instance };
}

export async function rehearsePlan(
  { config, finding }: Checking,
  steps: readonly ExplainedStep[],
): Promise<Rehearsal> {
  const { rehearse } = await import('@cordon/core/aws');
  const buckets = (config.stagingBuckets ?? []).map(
    (name) => `arn:${finding.suspect.partition}:s3:::${name}`,
  );
  return rehearse({
    steps,
    environment: await environmentOf(config),
    suspect: finding.suspect,
    resources: buckets.flatMap((arn) => [arn, `${arn}/*`]),
  });
}

function countsText(actions: readonly RehearsedAction[]): string {
  const counts = ORDER.map(
    (answer) => [answer, actions.filter((one) => one.answer === answer).length] as const,
  );
  return counts
    .filter(([, count]) => count > 0)
    .map(([answer, count]) => `${count} ${answer}`)
    .join(', ');
}

function row(
  { role, action, steps, answer, detail = '' }: RehearsedAction,
  console: Console,
): readonly string[] {
  const colour = answer === 'denied' ? console.paint.bad : console.paint.warn;
  return [`  ${colour(answer)}`, role, action, plainText(steps.join(', '), 80), plainText(detail, 120)];
}

/** What a person has to know of a rehearsal: who would act, and what would fail. */
export function rehearsalLines({ sessions, actions }: Rehearsal, console: Console): readonly string[] {
  const { paint } = console;
  const who = columns(
    (['suspect', 'security'] as const).map((role) => [
      `  ${role}`,
      plainText(sessions[role], 120),
      countsText(actions.filter((one) => one.role === role)),
    ]),
  );
  const open = actions
    .filter(({ answer }) => answer !== 'allowed' && answer !== 'likely')
    .toSorted((a, b) => ORDER.indexOf(a.answer) - ORDER.indexOf(b.answer));
  const missing = columns(open.map((one) => row(one, console)));
  return ['', paint.strong('Check'), ...who, ...missing, paint.faint(`  ${CAVEAT}`)];
}

/** 3 unless everything is allowed, or likely. */
export function exitOfRehearsal({ actions }: Rehearsal): number {
  return actions.every(({ answer }) => answer === 'allowed' || answer === 'likely')
    ? EXIT.complete
    : EXIT.incomplete;
}
