import type { ExplainedStep } from '@cordon/core';

function actionsOf({ actions }: ExplainedStep): string {
  return Object.entries(actions)
    .filter(([, names]) => names.length > 0)
    .map(([role, names]: [string, readonly string[]]) => `${role}: ${names.join(', ')}`)
    .join('; ');
}

function cells(step: ExplainedStep): readonly string[] {
  const effect =
    step.effect === undefined ? 'nothing' : `${step.effect.summary} Reversible: ${step.effect.reversible}.`;
  const needs = [...step.needs, ...step.wants.map((name) => `(${name})`)].filter(
    (name) => name !== 'finding' && name !== 'suspect',
  );
  return [`\`${step.id}\``, step.phase, needs.join(', '), step.provides.join(', '), effect, actionsOf(step)];
}

/** The steps of a plan as the table of a README; wanted facts stand in parentheses. */
export function stepTable(steps: readonly ExplainedStep[]): string {
  const rows = [
    ['step', 'phase', 'needs (wants)', 'provides', 'what it does to the suspect', 'AWS actions'],
    ['---', '---', '---', '---', '---', '---'],
    ...steps.map(cells),
  ];
  return rows.map((row) => `| ${row.join(' | ')} |`).join('\n');
}
