import type { ExplainedStep } from '@cordon/core';

/** Folded up, since some steps call sixty: how many in each account, and then which, by service. */
function actionsOf({ actions }: ExplainedStep): string {
  const accounts = Object.entries(actions).filter(([, names]) => names.length > 0);
  if (accounts.length === 0) return '';
  const counts = accounts.map(([account, names]) => `${account}: ${names.length}`).join(', ');
  const all = accounts.map(([account, names]) => `${account}: ${byService(names)}`).join('<br>');
  return `<details><summary>${counts}</summary>${all}</details>`;
}

/** `ec2: A, B; iam: C` for `ec2:A`, `iam:C`, `ec2:B`. */
function byService(actions: readonly string[]): string {
  const services = Map.groupBy(actions, (action) => action.slice(0, action.indexOf(':')));
  return [...services]
    .map(
      ([service, names]) => `${service}: ${names.map((name) => name.slice(service.length + 1)).join(', ')}`,
    )
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
