import { type Step, touchesSuspect } from '@cordon/core';
import type { Breach } from './breach.js';
import type { ProbedCall } from './probe.js';
import { FINDING_CANARY } from './trial.js';
import type { Trials } from './trials.js';

const LOOKING: ReadonlySet<string> = new Set(['before', 'recover']);
/** What makes something beside the suspect and leaves the suspect itself as it is. */
const BESIDE = /:(?:Create|Copy|LockSnapshot)/;
const BASE64_WORD = /[A-Za-z0-9+/]{16,}={0,2}/g;

function undeclared(calls: readonly ProbedCall[]): readonly Breach[] {
  return calls
    .filter(({ refused }) => refused !== undefined)
    .map(({ operation, role }) => ({
      code: 'UNDECLARED_ACTION',
      message: `it calls ${operation.id} in the ${role} account without declaring it: add ${operation.actions.join(', ')} to its actions`,
    }));
}

/** What changes something where it may only look. */
function changes(step: Step, calls: readonly ProbedCall[]): readonly Breach[] {
  const changing = calls.filter(({ operation, refused }) => operation.mutating && refused === undefined);
  const breaches: Breach[] = changing
    .filter(({ from }) => LOOKING.has(from))
    .map(({ from, operation }) => ({
      code: 'CHANGES_WHILE_LOOKING',
      message: `'${from}' calls ${operation.id}, which changes something: it may only read`,
    }));
  const onSuspect = changing.filter(({ role, from }) => role === 'suspect' && from !== 'undo');
  const [first] = onSuspect;
  const touching = onSuspect.find(({ operation }) => !BESIDE.test(operation.id));
  if (step.harmless && touching !== undefined)
    breaches.push({
      code: 'NOT_HARMLESS',
      message: `it is declared harmless and calls ${touching.operation.id} in the suspect's account`,
    });
  if (step.effect === undefined && first !== undefined && touchesSuspect(step.phase))
    breaches.push({
      code: 'EFFECT_NOT_TOLD',
      message: `it calls ${first.operation.id} in the suspect's account and has no effect to tell in the plan`,
    });
  return breaches;
}

/** The parameters of a host script are JSON in base64, with everything unusual as \uXXXX. */
function plain(text: string): string {
  return text.replace(/\\u([0-9a-f]{4})/g, (_all, digits: string) =>
    String.fromCharCode(Number.parseInt(digits, 16)),
  );
}

function textsOf(input: object): readonly string[] {
  const text = JSON.stringify(input);
  const decoded = [...text.matchAll(BASE64_WORD)].map(([word]) =>
    plain(Buffer.from(word, 'base64').toString('latin1')),
  );
  return [text, ...decoded];
}

const SECRET: Breach = {
  code: 'SECRET_IN_COMMAND',
  message: 'a command to a host holds a secret: it stays in the history and on the disk of the suspect',
};
const FINDING: Breach = {
  code: 'FINDING_IN_COMMAND',
  message:
    "a command to a host holds the finding's title or description: whoever can write findings writes commands",
};

/** Commands stay in the history of Systems Manager and on the suspect's disk. */
function commands(calls: readonly ProbedCall[], secrets: readonly string[]): readonly Breach[] {
  return calls
    .filter(({ operation }) => operation.id === 'ssm:SendCommand')
    .flatMap(({ input }): readonly Breach[] => {
      const texts = textsOf(input);
      const holds = (word: string) => texts.some((text) => text.includes(word));
      return [...(secrets.some(holds) ? [SECRET] : []), ...(holds(FINDING_CANARY) ? [FINDING] : [])];
    });
}

function uncalled(step: Step, calls: readonly ProbedCall[]): readonly Breach[] {
  return (['suspect', 'security'] as const).flatMap((role) => {
    const called = calls.filter((call) => call.role === role).flatMap(({ operation }) => operation.actions);
    return (step.actions[role] ?? [])
      .filter((action) => !called.includes(action))
      .map((action) => ({
        code: 'ACTION_NOT_CALLED',
        message: `it declares ${action} in the ${role} account, and no run called it: does it need the right?`,
      }));
  });
}

/** What is wrong with what a step did, in whichever run. */
export function conductBreaches({ step, options, calls }: Trials): readonly Breach[] {
  return [
    ...undeclared(calls),
    ...changes(step, calls),
    ...commands(calls, options.secrets ?? []),
    ...uncalled(step, calls),
  ];
}
