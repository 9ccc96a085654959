import type { AnyPipeline, StepEstimate } from '@cordon/core';
import { type IncidentUse, type IncidentUseOptions, incidentUse } from './incident-use.js';
import { LIST_PRICES, type ListPrices } from './list-prices.js';

export interface HostEstimateOptions extends IncidentUseOptions {
  /** Of the function behind the machine. Default 2048, as in the example deployment. */
  readonly memoryMiB?: number;
  /** Default: list prices of eu-west-1. */
  readonly prices?: ListPrices;
}

const whole = (number: number) => Math.round(number).toLocaleString('en-US');

function lambda(use: IncidentUse, memoryMiB: number, prices: ListPrices): StepEstimate {
  const gibSeconds = (use.busySeconds * memoryMiB) / 1024;
  return {
    what: `Lambda: ${whole(use.invocations)} invocations, ${whole(use.busySeconds)} s of ${memoryMiB} MiB`,
    usd: use.invocations * prices.lambdaRequest + gibSeconds * prices.lambdaGibSecond,
    basis: prices.basis,
  };
}

/**
 * What one incident takes of Lambda, Step Functions and S3, for `hostEstimate` of `cordon.config.ts`: `cordon plan` shows
 * it. Evidence that is kept is told of by the steps that make it.
 *
 * @example
 * export const config = defineCordonConfig({ ...others, hostEstimate: stepFunctionsEstimate({ memoryMiB: 2048 }) });
 */
export function stepFunctionsEstimate(
  options: HostEstimateOptions = {},
): (pipeline: AnyPipeline) => readonly StepEstimate[] {
  const { memoryMiB = 2048, prices = LIST_PRICES, ...expected } = options;
  const { basis } = prices;
  return (pipeline) => {
    const use = incidentUse(pipeline, expected);
    const { transitions, s3Writes, s3Reads } = use;
    return [
      lambda(use, memoryMiB, prices),
      {
        what: `Step Functions: ${whole(transitions)} state transitions`,
        usd: transitions * prices.stateTransition,
        basis,
      },
      {
        what: `S3: ${whole(s3Writes)} writes and lists, ${whole(s3Reads)} reads`,
        usd: s3Writes * prices.s3Write + s3Reads * prices.s3Read,
        basis,
      },
    ];
  };
}
