import { createHash } from 'node:crypto';
import type { Account } from '../../engine/account.js';
import type { AccountRole, Environment } from '../../engine/environment.js';
import { StepFailure } from '../../engine/failure.js';
import type { Suspect } from '../../engine/finding.js';
import type { StepActions } from '../../engine/step.js';
import { suspectKey } from '../../findings/incident-id.js';
import { thingsInRun } from './as-in-a-run.js';
import { DRY_RUNS, type DryRun } from './dry-runs.js';
import { type Simulated, simulate } from './simulation.js';
import { resourcesOf, type Subject, subjectOf } from './subject.js';

/** Whether the sessions of a run would be let: `allowed` is proved by EC2, `likely` said by IAM's simulator. */
export type RehearsedAnswer = 'allowed' | 'likely' | 'unlikely' | 'denied' | 'unknown';

export interface RehearsedAction {
  readonly role: AccountRole;
  /** `ec2:CreateSnapshots` */
  readonly action: string;
  /** Ids of the steps that take it. */
  readonly steps: readonly string[];
  readonly answer: RehearsedAnswer;
  /** Who was asked. */
  readonly by: 'dry-run' | 'simulation' | 'nobody';
  /** AWS's code, the resource that it holds for, or what is not known beforehand. */
  readonly detail?: string;
}

export interface Rehearsal {
  /** ARN of the session in each account, or why there is none. */
  readonly sessions: Readonly<Record<AccountRole, string>>;
  readonly actions: readonly RehearsedAction[];
}

export interface RehearsalOptions {
  /** Of the plan: `plan(pipeline)`. */
  readonly steps: readonly { readonly id: string; readonly actions: StepActions }[];
  readonly environment: Environment;
  readonly suspect: Suspect;
  /** ARNs beside the suspect's own that policies may name: buckets and what is in them. */
  readonly resources?: readonly string[];
}

type Answered = Pick<RehearsedAction, 'answer' | 'by' | 'detail'>;

const DENIED = new Set(['UnauthorizedOperation', 'AccessDenied', 'AccessDeniedException']);

function codeOf(error: unknown): string {
  return error instanceof StepFailure ? error.code : 'UNEXPECTED';
}

/** EC2 answers a dry run with an error, whatever it would do; undefined: it told nothing about the permission. */
async function askEc2(ask: DryRun, account: Account, subject: Subject): Promise<Answered | undefined> {
  try {
    const asked = ask(account, subject);
    if (asked === undefined) return undefined;
    await asked;
    return { answer: 'allowed', by: 'dry-run' };
  } catch (error) {
    const code = codeOf(error);
    if (code === 'DryRunOperation') return { answer: 'allowed', by: 'dry-run' };
    return DENIED.has(code) ? { answer: 'denied', by: 'dry-run', detail: code } : undefined;
  }
}

function fromSimulator({ decision, on, missing }: Simulated): Answered {
  const unknown = missing.length === 0 ? [] : [`depends on ${missing.join(', ')}`];
  const detail = [...(on === undefined ? [] : [`on ${on}`]), ...unknown].join('; ');
  const answer = { allowed: 'likely', explicitDeny: 'denied', implicitDeny: 'unlikely' } as const;
  return { answer: answer[decision], by: 'simulation', ...(detail === '' ? {} : { detail }) };
}

async function askSimulator(
  account: Account,
  question: Parameters<typeof simulate>[1],
): Promise<ReadonlyMap<string, Answered>> {
  try {
    const simulated = await simulate(account, question);
    return new Map([...simulated].map(([action, said]) => [action, fromSimulator(said)]));
  } catch (error) {
    const detail = `iam:SimulatePrincipalPolicy: ${codeOf(error)}`;
    return new Map(
      question.actions.map((action) => [action, { answer: 'unknown', by: 'nobody', detail } as const]),
    );
  }
}

/** Ids of the steps by the action that they take in this account. */
function actionsOf({ steps }: RehearsalOptions, role: AccountRole): ReadonlyMap<string, readonly string[]> {
  const pairs = steps.flatMap(({ id, actions }) => (actions[role] ?? []).map((action) => ({ action, id })));
  const grouped = Map.groupBy(pairs, ({ action }) => action);
  return new Map([...grouped].sort().map(([action, all]) => [action, all.map(({ id }) => id)]));
}

interface Stage {
  readonly role: AccountRole;
  readonly account: Account;
  readonly subject: Subject;
  readonly securityAccount: string;
}

async function rehearseAccount(
  { role, account, subject, securityAccount }: Stage,
  options: RehearsalOptions,
) {
  const wanted = actionsOf(options, role);
  const proved = new Map<string, Answered>();
  await Promise.all(
    [...wanted.keys()].map(async (action) => {
      const ask = DRY_RUNS[role].get(action);
      const answer = ask === undefined ? undefined : await askEc2(ask, account, subject);
      if (answer !== undefined) proved.set(action, answer);
    }),
  );
  const left = [...wanted.keys()].filter((action) => !proved.has(action));
  const { partition, account: suspectAccount, region } = subject.suspect;
  const around = { role, partition, suspectAccount, securityAccount };
  const own = [...resourcesOf(subject), ...thingsInRun(around, region)];
  const resources = [...own, ...(options.resources ?? [])];
  const said = await askSimulator(account, { actions: left, resources, around });
  const nobody: Answered = { answer: 'unknown', by: 'nobody' };
  return [...wanted].map(([action, steps]) => ({
    role,
    action,
    steps,
    ...(proved.get(action) ?? said.get(action) ?? nobody),
  }));
}

/** Without a session nothing of it can be done. */
function withoutSession(
  role: AccountRole,
  options: RehearsalOptions,
  code: string,
): readonly RehearsedAction[] {
  return [...actionsOf(options, role)].map(([action, steps]) => ({
    role,
    action,
    steps,
    answer: 'denied',
    by: 'nobody',
    detail: `no session: ${code}`,
  }));
}

/**
 * Asks AWS, with the sessions that a run would use, whether it would be let: EC2 by `DryRun`, where that proves something,
 * IAM's policy simulator for the rest. Changes nothing.
 */
export async function rehearse(options: RehearsalOptions): Promise<Rehearsal> {
  const { environment, suspect } = options;
  const id = `plan-${createHash('sha256').update(suspectKey(suspect)).digest('hex').slice(0, 12)}`;
  const sessions: Record<AccountRole, string> = { suspect: '', security: '' };
  const actions: RehearsedAction[] = [];
  let subject: Subject = { suspect, zone: `${suspect.region}a` };
  const securityAccount = environment.account('security', { id, suspect }).id;
  for (const role of ['suspect', 'security'] as const) {
    const account = environment.account(role, { id, suspect });
    try {
      sessions[role] = await account.principal();
    } catch (error) {
      sessions[role] = `no session: ${codeOf(error)}`;
      actions.push(...withoutSession(role, options, codeOf(error)));
      continue;
    }
    if (role === 'suspect') subject = await subjectOf(account, suspect);
    actions.push(...(await rehearseAccount({ role, account, subject, securityAccount }, options)));
  }
  return { sessions, actions };
}
