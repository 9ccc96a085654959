import { type ApprovalTicket, answerApproval, openQuestions } from '@cordon/core';
import { CliError } from '../cli-error.js';
import { journalOf, type SourceOptions } from '../config/sources.js';
import { EXIT } from '../exit-codes.js';
import { assertIncidentId, readIncident } from '../incident/read-incident.js';
import { asciiJson, plainText } from '../text/plain-text.js';
import { type Command, typed } from './command-line.js';

export interface ApproveCommandOptions extends SourceOptions {
  readonly incident: string;
  /** Who answers; without it the questions are shown. */
  readonly as?: string | undefined;
  readonly deny?: boolean | undefined;
  readonly reason?: string | undefined;
  /** Id of the guard that is answered, where several ask. */
  readonly step?: string | undefined;
  /** Digest of the plan that the answer is meant for, or its first digits. */
  readonly plan?: string | undefined;
  readonly json?: boolean | undefined;
}

type Run = Command<ApproveCommandOptions>;

/** Reasons may hold the intruder's words. */
function questionLines({ console }: Run, question: ApprovalTicket): readonly string[] {
  const { step, reasons, expiresAt, onExpiry, planSha256 } = question;
  const { paint } = console;
  return [
    `  ${paint.busy(plainText(step, 60))}  until ${plainText(expiresAt, 30)}, then ${onExpiry === 'allow' ? 'yes' : 'no'}`,
    ...reasons.map((reason) => `    ${plainText(reason, 300)}`),
    paint.faint(`    plan ${plainText(planSha256, 64)}`),
  ];
}

function show(run: Run, questions: readonly ApprovalTicket[]): number {
  const { console, options } = run;
  if (options.json === true) for (const question of questions) console.say(asciiJson(question));
  else if (questions.length === 0)
    console.remark(`Nothing waits for an answer in incident ${options.incident}.`);
  else {
    for (const question of questions) for (const line of questionLines(run, question)) console.say(line);
    console.remark(`Answer: ${typed(`approve ${options.incident} --as NAME [--deny]`, options)}`);
  }
  return EXIT.complete;
}

/** Whoever looked at a plan says yes to that one. */
function assertPlan(questions: readonly ApprovalTicket[], { plan, step }: ApproveCommandOptions): void {
  if (plan === undefined) return;
  const others = questions.filter((one) => step === undefined || one.step === step);
  const wrong = others.find(
    ({ planSha256 }) => plan.length < 8 || !planSha256.startsWith(plan.toLowerCase()),
  );
  if (wrong === undefined) return;
  throw new CliError('OTHER_PLAN', {
    message: `the run waits for a yes to plan ${plainText(wrong.planSha256, 64)}`,
    advice: 'Look at what it does: `cordon plan` with the configuration of the run shows its digest.',
  });
}

/**
 * Shows what an incident waits for a person to answer, or answers it: in the journal, where the waiting run looks.
 *
 * @throws ApprovalRefused of `@cordon/core`
 */
export async function approveCommand(run: Run): Promise<number> {
  const { console, options } = run;
  const { incident, as: by, deny, reason, step } = options;
  assertIncidentId(incident);
  const journal = await journalOf(console, options);
  const questions = openQuestions(await readIncident(journal, incident));
  if (by === undefined) return show(run, questions);
  assertPlan(questions, options);
  const decision = deny === true ? 'no' : 'yes';
  const optional = { ...(reason === undefined ? {} : { reason }), ...(step === undefined ? {} : { step }) };
  const answered = await answerApproval({ journal, incidentId: incident, decision, by, ...optional });
  if (options.json === true) console.say(asciiJson({ type: 'answered', decision, by, ...answered }));
  else
    console.say(
      `${plainText(by, 80)} says ${decision} to ${plainText(answered.step, 60)}; the run finds it.`,
    );
  return EXIT.complete;
}
