import type { BaseContext } from '../../engine/context.js';

/**
 * Where an artifact goes. A store keeps the first bytes of a path for good, and an attempt that died may have written
 * some that no later attempt can make again: later attempts have paths of their own.
 *
 * @example
 * attemptPath(ctx, 'control-plane', 'instance.json'); // control-plane/attempt-2/instance.json
 */
export function attemptPath(ctx: Pick<BaseContext, 'attempt'>, folder: string, file: string): string {
  const inner = ctx.attempt === 1 ? file : `attempt-${ctx.attempt}/${file}`;
  return folder === '' ? inner : `${folder}/${inner}`;
}
