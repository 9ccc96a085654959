import type { VpcEndpoint } from '@aws-sdk/client-ec2';
import * as v from 'valibot';

/** `unclear`: it turns on conditions, resources or roles that only AWS itself can judge. */
export type Admission = 'admits' | 'refuses' | 'unclear';

/**
 * What SSM's agent calls at each endpoint to be reached by a command.
 * Source: Systems Manager user guide, "Creating VPC endpoints for Systems Manager".
 */
const AGENT_CALLS: Readonly<Record<string, readonly string[]>> = {
  ssm: ['ssm:UpdateInstanceInformation'],
  ssmmessages: [
    'ssmmessages:CreateControlChannel',
    'ssmmessages:CreateDataChannel',
    'ssmmessages:OpenControlChannel',
    'ssmmessages:OpenDataChannel',
  ],
};

const listed = v.pipe(
  v.union([v.string(), v.array(v.string())]),
  v.transform((value) => (typeof value === 'string' ? [value] : value)),
);

const Statement = v.object({
  Effect: v.picklist(['Allow', 'Deny']),
  Action: v.optional(listed),
  NotAction: v.optional(listed),
  Principal: v.optional(v.union([v.literal('*'), v.record(v.string(), listed)])),
  Resource: v.optional(listed),
  Condition: v.optional(v.record(v.string(), v.unknown())),
});
type Statement = v.InferOutput<typeof Statement>;

const Policy = v.object({
  Statement: v.pipe(
    v.union([v.array(Statement), Statement]),
    v.transform((value) => (Array.isArray(value) ? value : [value])),
  ),
});

type Applies = 'yes' | 'no' | 'perhaps';

/** `*` for any text and `?` for one character; without a regular expression, for whoever wrote it may be hostile. */
export function matchesAction(pattern: string, action: string): boolean {
  const [wanted, text] = [pattern.toLowerCase(), action.toLowerCase()];
  let at = 0;
  let inText = 0;
  let star = -1;
  let resume = 0;
  while (inText < text.length)
    if (wanted[at] === '*') {
      star = at;
      at += 1;
      resume = inText;
    } else if (at < wanted.length && (wanted[at] === '?' || wanted[at] === text[inText])) {
      at += 1;
      inText += 1;
    } else if (star >= 0) {
      at = star + 1;
      resume += 1;
      inText = resume;
    } else return false;
  return /^\**$/.test(wanted.slice(at));
}

function toAction({ Action, NotAction }: Statement, action: string): Applies {
  if (NotAction !== undefined)
    return NotAction.some((pattern) => matchesAction(pattern, action)) ? 'no' : 'yes';
  return Action?.some((pattern) => matchesAction(pattern, action)) === true ? 'yes' : 'no';
}

function toPrincipal({ Principal }: Statement, account: string): Applies {
  if (Principal === undefined) return 'perhaps';
  const named = Principal === '*' ? ['*'] : (Principal['AWS'] ?? []);
  const isWhole = (one: string) =>
    one === '*' || one === account || (one.startsWith('arn:') && one.endsWith(`:iam::${account}:root`));
  if (named.some(isWhole)) return 'yes';
  // One role of the account, or a pattern: it may be the suspect's.
  return named.some((one) => one.includes(`::${account}:`) || one.includes('*')) ? 'perhaps' : 'no';
}

function toRest({ Resource, Condition = {} }: Statement): Applies {
  return Resource?.includes('*') === true && Object.keys(Condition).length === 0 ? 'yes' : 'perhaps';
}

function applies(statement: Statement, action: string, account: string): Applies {
  const each = [toAction(statement, action), toPrincipal(statement, account), toRest(statement)];
  if (each.includes('no')) return 'no';
  return each.includes('perhaps') ? 'perhaps' : 'yes';
}

function judgeAction(statements: readonly Statement[], action: string, account: string): Admission {
  const of = (effect: Statement['Effect']) =>
    statements.filter(({ Effect }) => Effect === effect).map((one) => applies(one, action, account));
  const [denies, allows] = [of('Deny'), of('Allow')];
  if (denies.includes('yes') || allows.every((one) => one === 'no')) return 'refuses';
  return allows.includes('yes') && !denies.includes('perhaps') ? 'admits' : 'unclear';
}

function parsed(text: string): readonly Statement[] | undefined {
  try {
    const read = v.safeParse(Policy, JSON.parse(text));
    return read.success ? read.output.Statement : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Whether an endpoint's policy lets an agent in this account make the calls by which SSM reaches it. Evaluators of IAM
 * answer yes or no for a request that is known whole; this one says where it does not know.
 */
export function policyAdmits(endpoint: VpcEndpoint, account: string): Admission {
  const { ServiceName: service = '', PolicyDocument: text } = endpoint;
  // Without one of its own an endpoint has AWS's default, which lets everything through.
  if (text === undefined || text === '') return 'admits';
  const statements = parsed(text);
  if (statements === undefined) return 'unclear';
  const calls = AGENT_CALLS[service.slice(service.lastIndexOf('.') + 1)] ?? [];
  const each = calls.map((action) => judgeAction(statements, action, account));
  if (each.includes('refuses')) return 'refuses';
  return each.includes('unclear') ? 'unclear' : 'admits';
}
