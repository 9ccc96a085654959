import { PHASES, phaseRank, touchesSuspect } from './phase.js';
import type { UsedStep } from './pipeline.js';
import type { Step } from './step.js';

/** One thing that is wrong with a pipeline. */
export interface PipelineProblem {
  readonly code:
    | 'NOT_A_STEP'
    | 'DOUBLE_ID'
    | 'ID_INVALID'
    | 'NEED_NOT_PROVIDED'
    | 'SECOND_PROVIDER'
    | 'PROVIDED_TOO_LATE'
    | 'LATER_PHASE'
    | 'MAY_ONLY_WANT'
    | 'AFTER_UNKNOWN'
    | 'TOUCHES_SUSPECT'
    | 'UNDO_WITHOUT_BEFORE'
    | 'POLL_WITHOUT_TICKET';
  readonly step: string;
  readonly message: string;
}

type Problems = readonly PipelineProblem[];

/** Facts that the finding itself gives. */
const GIVEN: ReadonlySet<string> = new Set(['finding', 'suspect']);

/** Ids become ledger names, file names and object keys. */
const ID = /^[a-z0-9][a-zA-Z0-9]*([.-][a-zA-Z0-9]+)*$/;
const RESERVED: ReadonlySet<string> = new Set(['run']);

/** Calls that act on an instance of the suspect account: no business of a step that only examines. */
const TOUCHING = [
  'ssm:SendCommand',
  'ec2:ModifyInstanceAttribute',
  'ec2:ModifyNetworkInterfaceAttribute',
  'ec2:ModifyInstanceMetadataOptions',
  'ec2:StopInstances',
  'ec2:StartInstances',
  'ec2:RebootInstances',
  'ec2:TerminateInstances',
  'ec2:AttachVolume',
  'ec2:DetachVolume',
  'ec2:ReplaceIamInstanceProfileAssociation',
];

function problem(code: PipelineProblem['code'], step: Step, message: string): PipelineProblem {
  return { code, step: step.id, message: `step '${step.id}' ${message}` };
}

function ownProblems({ step }: UsedStep): Problems {
  const found: PipelineProblem[] = [];
  if (!ID.test(step.id) || step.id.length > 64 || RESERVED.has(step.id))
    found.push(
      problem('ID_INVALID', step, 'has an id that cannot name a ledger: use dotted words, 64 at most'),
    );
  if (step.run.undo !== undefined && step.run.before === undefined)
    found.push(
      problem('UNDO_WITHOUT_BEFORE', step, 'has undo but no before: there is no state to go back to'),
    );
  if ((step.run.poll === undefined) !== (step.run.ticket === undefined))
    found.push(
      problem('POLL_WITHOUT_TICKET', step, 'must have both poll and the schema of its ticket, or neither'),
    );
  if (!touchesSuspect(step.phase)) {
    const touching = (step.actions.suspect ?? []).filter((action) => TOUCHING.includes(action));
    if (touching.length > 0)
      found.push(
        problem(
          'TOUCHES_SUSPECT',
          step,
          `touches the suspect in phase '${step.phase}': ${touching.join(', ')}`,
        ),
      );
  }
  return found;
}

function needProblems(
  { step }: UsedStep,
  before: ReadonlyMap<string, Step>,
  all: ReadonlyMap<string, Step>,
): Problems {
  const found: PipelineProblem[] = [];
  for (const { name } of step.needs) {
    if (GIVEN.has(name)) continue;
    if (!all.has(name) || !before.has(name))
      found.push(
        problem('NEED_NOT_PROVIDED', step, `needs '${name}': add a step that provides it before this one`),
      );
    if (['protect', 'contain', 'report'].includes(step.phase))
      found.push(
        problem(
          'MAY_ONLY_WANT',
          step,
          `of phase '${step.phase}' must run whatever failed before, so it may only want '${name}': move it from needs to wants`,
        ),
      );
  }
  for (const { name } of step.wants)
    if (all.has(name) && !before.has(name))
      found.push(problem('PROVIDED_TOO_LATE', step, `wants '${name}', whose provider is added after it`));
  return found;
}

function orderProblems(
  used: UsedStep,
  before: ReadonlyMap<string, Step>,
  steps: ReadonlyMap<string, Step>,
): Problems {
  const { step } = used;
  const later = [...step.needs, ...step.wants]
    .filter(({ name }) => {
      const provider = before.get(name);
      return provider !== undefined && phaseRank(provider.phase) > phaseRank(step.phase);
    })
    .map(({ name }) =>
      problem(
        'LATER_PHASE',
        step,
        `of phase '${step.phase}' cannot wait for '${name}', which comes from a later phase`,
      ),
    );
  const after = used.after.flatMap((id) => {
    const other = steps.get(id);
    if (other === undefined)
      return [
        problem('AFTER_UNKNOWN', step, `is to come after '${id}', which is not in the pipeline before it`),
      ];
    if (phaseRank(other.phase) <= phaseRank(step.phase)) return [];
    return [
      problem(
        'LATER_PHASE',
        step,
        `of phase '${step.phase}' cannot come after '${id}' of phase '${other.phase}'`,
      ),
    ];
  });
  return [...later, ...after];
}

/** What Node.js strips of its types was checked by nobody: `use(isolate)` for `use(isolate())`, a phase that is none. */
function notSteps(steps: readonly UsedStep[]): Problems {
  return steps.flatMap(({ step }, index) => {
    const given: unknown = step;
    const at = { code: 'NOT_A_STEP', step: `#${index + 1}` } as const;
    if (typeof given === 'function')
      return [{ ...at, message: `step ${index + 1} is a function: call it, ${given.name || 'step'}()` }];
    // Each field is looked at before it is believed.
    const { id, phase, provides, run } = Object(given) as Partial<Step>;
    const made = typeof id === 'string' && Array.isArray(provides) && typeof run?.start === 'function';
    if (!made)
      return [{ ...at, message: `step ${index + 1} is none: make it by defineStep, with all it asks for` }];
    if (PHASES.some((known) => known === phase)) return [];
    return [problem('NOT_A_STEP', step, `has no phase of ours: ${PHASES.join(', ')}`)];
  });
}

/** Everything that is wrong, in the order of the steps. */
export function pipelineProblems(steps: readonly UsedStep[]): Problems {
  const foreign = notSteps(steps);
  if (foreign.length > 0) return foreign;
  const all = new Map(steps.flatMap(({ step }) => step.provides.map((fact) => [fact.name, step] as const)));
  const before = new Map<string, Step>();
  const ids = new Map<string, Step>();
  const found: PipelineProblem[] = [];
  for (const used of steps) {
    const { step } = used;
    if (ids.has(step.id))
      found.push(problem('DOUBLE_ID', step, 'is in the pipeline already: give it another id'));
    found.push(...ownProblems(used), ...needProblems(used, before, all), ...orderProblems(used, before, ids));
    for (const { name } of step.provides) {
      if (before.has(name) || GIVEN.has(name))
        found.push(
          problem('SECOND_PROVIDER', step, `provides '${name}', which an earlier step already provides`),
        );
      before.set(name, step);
    }
    ids.set(step.id, step);
  }
  return found;
}
