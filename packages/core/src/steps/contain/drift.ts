import type { BaseContext } from '../../engine/context.js';

/** Something that is no longer as containment left it: somebody has worked against us since. */
export interface Drift {
  /** `interface:eni-...`, `security-group:sg-...`, `role:...` */
  readonly entity: string;
  readonly what: string;
}

const SAYS = {
  'put-right': {
    severity: 'high',
    title: 'Somebody has changed the containment since it was verified; it was put right',
  },
  'left-open': {
    severity: 'critical',
    title: 'Somebody has changed the containment since it was verified, and it is not put right',
  },
} as const;

/** Tells drift as what it is: the work of somebody who defends the intruder's access. */
export function observeDrift(ctx: BaseContext, drift: readonly Drift[], end: keyof typeof SAYS): void {
  for (const { entity, what } of drift)
    ctx.observe({
      rule: 'containment.drift',
      ...SAYS[end],
      techniques: ['T1686.001'],
      entity,
      excerpt: what,
      evidence: [],
    });
}
