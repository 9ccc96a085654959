import { type Step, touchesSuspect } from '@cordon/core';
import type { Lapse } from '../simulation/discretion.js';
import type { Breach } from './breach.js';
import type { ProbedCall } from './probe.js';
import type { Trials } from './trials.js';

const LOOKING: ReadonlySet<string> = new Set(['before', 'recover']);
/** What makes something beside the suspect and leaves the suspect itself as it is. */
const BESIDE = /:(?:Create|Copy|LockSnapshot)/;
const CONSEQUENCES: Readonly<Record<Lapse['kind'], string>> = {
  secret: 'it stays in the history and on the disk of the suspect',
  hearsay: 'whoever can write findings and tags writes commands',
};

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

/** Commands stay in the history of Systems Manager and on the suspect's disk. */
function commands(calls: readonly ProbedCall[], lapses: readonly Lapse[]): readonly Breach[] {
  const own = new Set(calls.map(({ input }) => JSON.stringify(input)));
  return lapses
    .filter(({ command }) => own.has(JSON.stringify(command)))
    .map(({ kind, what }) => ({
      code: kind === 'secret' ? 'SECRET_IN_COMMAND' : 'FINDING_IN_COMMAND',
      message: `a command to a host holds ${what}: ${CONSEQUENCES[kind]}`,
    }));
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
export function conductBreaches({ step, calls, lapses }: Trials): readonly Breach[] {
  return [
    ...undeclared(calls),
    ...changes(step, calls),
    ...commands(calls, lapses),
    ...uncalled(step, calls),
  ];
}
