import type { FaultKind } from '../simulation/faults.js';
import type { Breach } from './breach.js';
import type { ProbedCall } from './probe.js';
import { againstCalm } from './repetition.js';
import type { Ended, Trial } from './trial.js';
import type { Trials } from './trials.js';

/** More than these would take longer than they tell. */
const MOST_OPERATIONS = 8;

type Calls = readonly ProbedCall[];

/** What is spoilt: the nth of the step's changing calls in the calm run. */
interface Spoilt {
  readonly nth: number;
  readonly fault: FaultKind;
}

/** The fault hits the operation from when the step first begins: the steps before it are spared. */
function spoil({ probe, world }: Trial, calls: Calls, { nth, fault }: Spoilt): void {
  const operation = calls[nth]?.operation.id;
  if (operation === undefined) return;
  const same = calls.slice(0, nth).filter((call) => call.operation.id === operation).length;
  let armed = false;
  probe.onBegin = () => {
    if (!armed) world.faults.add({ operation, fault, nth: same + 1 });
    armed = true;
  };
}

function spoiltRun(trials: Trials, calls: Calls, spoilt: Spoilt): Promise<Ended> {
  return trials.run({ arrange: (trial) => spoil(trial, calls, spoilt) });
}

/** The first call of each operation. */
function firsts(calls: Calls): readonly number[] {
  const ids = calls.map(({ operation }) => operation.id);
  return ids.flatMap((id, index) => (ids.indexOf(id) === index ? [index] : [])).slice(0, MOST_OPERATIONS);
}

function recovered({ trial }: Ended): readonly unknown[] {
  return trial.probe.endings.filter(({ from }) => from === 'recover').map(({ value }) => value);
}

async function invents(trials: Trials, calls: Calls): Promise<readonly Breach[]> {
  const nothing = await spoiltRun(trials, calls, { nth: 0, fault: 'crash-before' });
  const [first] = recovered(nothing);
  if (first === null || first === undefined) return [];
  const message =
    "where 'start' was killed before it had made anything, 'recover' finds something: it must give null";
  return [{ code: 'RECOVER_INVENTS', message }];
}

async function blind(trials: Trials, calls: Calls, calm: Ended): Promise<readonly Breach[]> {
  const last = calls.findLastIndex(({ from }) => from === 'start');
  const made = await spoiltRun(trials, calls, { nth: last, fault: 'crash-after' });
  const when = "where 'start' was killed after its last change and 'recover' was asked";
  const more = againstCalm(trials, { code: 'MADE_TWICE', when }, { ended: made, calm });
  if (recovered(made).some((value) => value !== null)) return more;
  const message = `where 'start' was killed after ${calls[last]?.operation.id}, 'recover' never finds what was made`;
  return [{ code: 'RECOVER_BLIND', message }, ...more];
}

/** Runs in which AWS's answer to each changing operation is lost, and the process is killed around what `start` makes. */
export async function lostAnswerBreaches(trials: Trials, calm: Ended): Promise<readonly Breach[]> {
  const breaches: Breach[] = [];
  const calls = calm.trial.probe.calls.filter(
    ({ operation, from, refused }) =>
      operation.mutating && refused === undefined && (from === 'start' || from === 'poll'),
  );
  for (const nth of firsts(calls)) {
    const ended = await spoiltRun(trials, calls, { nth, fault: 'lost-answer' });
    const when = `when the answer to ${calls[nth]?.operation.id} is lost`;
    breaches.push(...againstCalm(trials, { code: 'MADE_TWICE', when }, { ended, calm }));
  }
  if (trials.step.run.recover === undefined || calls[0]?.from !== 'start') return breaches;
  return [...breaches, ...(await invents(trials, calls)), ...(await blind(trials, calls, calm))];
}
