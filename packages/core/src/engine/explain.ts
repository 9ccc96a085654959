import { compileOrThrow, type Plan } from './compile.js';
import { type Duration, milliseconds } from './duration.js';
import { estimatesOf, estimateText, type KnownFacts, type StepEstimate, totalText } from './estimate.js';
import type { Phase } from './phase.js';
import type { AnyPipeline } from './pipeline.js';
import type { StepActions, StepEffect } from './step.js';

/** One step of a plan, before anything is touched. */
export interface ExplainedStep {
  readonly id: string;
  readonly title: string;
  readonly version: number;
  readonly phase: Phase;
  /** Steps of one wave start together, once all of the waves that they wait for have settled. From 1. */
  readonly wave: number;
  readonly needs: readonly string[];
  readonly wants: readonly string[];
  readonly provides: readonly string[];
  readonly after: readonly string[];
  readonly guards: readonly string[];
  readonly timeoutMs: number;
  readonly actions: StepActions;
  /** What it does to the suspect; undefined: nothing. */
  readonly effect: StepEffect | undefined;
  /** What it will take, as far as it can tell. */
  readonly estimates: readonly StepEstimate[];
}

function waves(plan: Plan): ReadonlyMap<string, number> {
  const wave = new Map<string, number>();
  for (const { step, predecessors } of plan.steps)
    wave.set(step.id, 1 + Math.max(0, ...predecessors.map((id) => wave.get(id) ?? 0)));
  return wave;
}

/**
 * What a pipeline will do, in order, as data.
 *
 * @param known - facts that are known beforehand, for the estimates: what an inspection saw
 * @throws PipelineError when the pipeline does not hold together
 */
export function plan(pipeline: AnyPipeline, known: KnownFacts = {}): readonly ExplainedStep[] {
  const compiled = compileOrThrow(pipeline);
  const wave = waves(compiled);
  return compiled.steps.map(({ step, predecessors, guards }) => ({
    id: step.id,
    title: step.title,
    version: step.version,
    phase: step.phase,
    wave: wave.get(step.id) ?? 1,
    needs: step.needs.map((fact) => fact.name),
    wants: step.wants.map((fact) => fact.name),
    provides: step.provides.map((fact) => fact.name),
    after: predecessors,
    guards,
    timeoutMs: milliseconds(step.timeout),
    actions: step.actions,
    effect: step.effect,
    estimates: estimatesOf(step, known),
  }));
}

function durationText(ms: number): string {
  const units: readonly (readonly [keyof Duration, number])[] = [
    ['hours', 3_600_000],
    ['minutes', 60_000],
    ['seconds', 1000],
  ];
  const [unit, size] = units.find(([, length]) => ms >= length && ms % length === 0) ?? ['seconds', 1000];
  return `${ms / size} ${unit}`;
}

function stepText(step: ExplainedStep): string {
  const lines = [`  ${step.id}: ${step.title} (at most ${durationText(step.timeoutMs)})`];
  if (step.needs.length > 0) lines.push(`    needs     ${step.needs.join(', ')}`);
  if (step.wants.length > 0) lines.push(`    wants     ${step.wants.join(', ')}`);
  if (step.provides.length > 0) lines.push(`    provides  ${step.provides.join(', ')}`);
  if (step.guards.length > 0) lines.push(`    only if   ${step.guards.join(', ')} say yes`);
  if (step.effect !== undefined)
    lines.push(`    suspect   ${step.effect.summary} (reversible: ${step.effect.reversible})`);
  for (const command of step.effect?.manual ?? []) lines.push(`    by hand   ${command}`);
  for (const estimate of step.estimates) lines.push(`    costs     ${estimateText(estimate)}`);
  for (const [role, actions] of Object.entries(step.actions))
    if (actions.length > 0) lines.push(`    ${role.padEnd(9)} ${actions.join(', ')}`);
  return lines.join('\n');
}

function estimateLines(steps: readonly ExplainedStep[], host: readonly StepEstimate[]): readonly string[] {
  const total = totalText(steps.flatMap(({ estimates }) => estimates));
  return [
    ...(total === undefined ? [] : [`  all steps together: ${total}`]),
    ...host.map((estimate) => `  ${estimateText(estimate)}`),
    ...(host.length === 0 ? [] : [`  the host in all: ${totalText(host)}`]),
  ];
}

/**
 * The plan as text a person reads before saying yes.
 *
 * @param host - what one incident takes of what runs the steps
 */
export function explain(steps: readonly ExplainedStep[], host: readonly StepEstimate[] = []): string {
  const byWave = Map.groupBy(
    steps.toSorted((a, b) => a.wave - b.wave),
    (step) => step.wave,
  );
  const parts = [...byWave].map(([wave, together]) => {
    const phases = [...new Set(together.map((step) => step.phase))].join(', ');
    return `Wave ${wave} (${phases})\n${together.map(stepText).join('\n')}`;
  });
  const estimate = estimateLines(steps, host);
  return [...parts, ...(estimate.length === 0 ? [] : [['Estimate', ...estimate].join('\n')])].join('\n\n');
}
