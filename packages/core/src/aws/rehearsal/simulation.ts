import type { EvaluationResult, SimulatePrincipalPolicyCommandInput } from '@aws-sdk/client-iam';
import type { Account } from '../../engine/account.js';
import { iam } from '../operations.js';
import { type Around, contextInRun } from './as-in-a-run.js';

/** What the simulator says of one action. */
export interface Simulated {
  readonly decision: 'allowed' | 'explicitDeny' | 'implicitDeny';
  /** The resource it was allowed on, when not on all. */
  readonly on?: string;
  /** Keys that some policy asks about and nobody knows beforehand. */
  readonly missing: readonly string[];
}

const BATCH = 50;

function chunks<T>(items: readonly T[], size: number): readonly (readonly T[])[] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, index) =>
    items.slice(index * size, (index + 1) * size),
  );
}

/**
 * The identity whose policies count: the role behind a session, the user itself. A role's path does not stand in the
 * session's ARN; where it may not be read, it is taken for a plain one.
 */
export async function policySource(account: Account): Promise<string> {
  const principal = await account.principal();
  const session = /^arn:([a-z-]+):sts::([0-9]{12}):assumed-role\/([^/]+)\//.exec(principal);
  const [, partition, id, name] = session ?? [];
  if (name === undefined) return principal;
  const plain = `arn:${partition}:iam::${id}:role/${name}`;
  const answer = await account.call(iam.GetRole, { RoleName: name }).catch(() => undefined);
  return answer?.Role?.Arn ?? plain;
}

async function ask(
  account: Account,
  input: SimulatePrincipalPolicyCommandInput,
): Promise<readonly EvaluationResult[]> {
  const results: EvaluationResult[] = [];
  let marker: string | undefined;
  do {
    const page = marker === undefined ? input : { ...input, Marker: marker };
    const answer = await account.call(iam.SimulatePrincipalPolicy, page);
    results.push(...(answer.EvaluationResults ?? []));
    marker = answer.IsTruncated === true ? answer.Marker : undefined;
  } while (marker !== undefined);
  return results;
}

function toSimulated({
  EvalDecision,
  EvalResourceName: on,
  MissingContextValues,
}: EvaluationResult): Simulated {
  const missing = MissingContextValues ?? [];
  if (EvalDecision !== 'allowed' && EvalDecision !== 'explicitDeny')
    return { decision: 'implicitDeny', missing };
  return { decision: EvalDecision, missing, ...(on === undefined || on === '*' ? {} : { on }) };
}

/** Allowed on any of them counts: which resource a step acts upon is known only when it runs. */
function best(results: readonly Simulated[]): Simulated | undefined {
  return (
    results.find(({ decision }) => decision === 'allowed') ??
    results.find(({ decision }) => decision === 'explicitDeny') ??
    results[0]
  );
}

interface Question {
  readonly actions: readonly string[];
  readonly resources?: readonly string[];
  readonly around: Around;
}

/** Actions of which a policy may ask the same, as many as one call takes. */
function batches({ actions, around }: Question) {
  const alike = Map.groupBy(actions, (action) => JSON.stringify(contextInRun(action, around)));
  return [...alike.values()].flatMap((group) =>
    chunks(group, BATCH).map((batch) => ({ batch, context: contextInRun(batch[0] ?? '', around) })),
  );
}

async function round(
  account: Account,
  source: string,
  question: Question,
): Promise<ReadonlyMap<string, Simulated>> {
  const { resources } = question;
  const answers = await Promise.all(
    batches(question).map(({ batch, context }) =>
      ask(account, {
        PolicySourceArn: source,
        ActionNames: [...batch],
        ContextEntries: [...context],
        ...(resources === undefined ? {} : { ResourceArns: [...resources] }),
      }),
    ),
  );
  const byAction = Map.groupBy(answers.flat(), ({ EvalActionName: name }) => name ?? '');
  return new Map(
    [...byAction].flatMap(([action, results]) => {
      const found = best(results.map(toSimulated));
      return found === undefined ? [] : [[action, found] as const];
    }),
  );
}

/**
 * Asks IAM's simulator what the policies of the session's own identity say: for any resource first, then, of what was not
 * allowed, for those that a run would act upon. Policies of organizations, of resources and of keys are not asked: the
 * answer is a likelihood.
 */
export async function simulate(
  account: Account,
  { actions, resources, around }: Required<Question>,
): Promise<ReadonlyMap<string, Simulated>> {
  if (actions.length === 0) return new Map();
  const source = await policySource(account);
  const anywhere = await round(account, source, { actions, around });
  const left = actions.filter((action) => anywhere.get(action)?.decision === 'implicitDeny');
  if (left.length === 0 || resources.length === 0) return anywhere;
  const somewhere = await round(account, source, { actions: left, resources, around });
  return new Map([...anywhere, ...somewhere]);
}
