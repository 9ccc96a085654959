import { awsError } from '../errors.js';
import type { SimulatedCall } from '../service.js';

interface PageRequest {
  readonly MaxResults?: number | undefined;
  readonly NextToken?: string | undefined;
}

interface PageOptions {
  /** Ids that the request named: EC2 does not page then. */
  readonly ids?: readonly string[] | undefined;
  /** The smallest `MaxResults` that the operation takes; 5 unless told. */
  readonly least?: number;
}

const SIGN = 'page';

function offsetOf(token: string | undefined): number {
  if (token === undefined) return 0;
  const [sign, offset] = Buffer.from(token, 'base64url').toString().split(':');
  if (sign === SIGN && /^\d+$/.test(offset ?? '')) return Number(offset);
  throw awsError('InvalidNextToken', `The token '${token}' is invalid`);
}

function checkMax(max: number | undefined, options: PageOptions): void {
  const { ids, least = 5 } = options;
  if (max === undefined) return;
  if (ids !== undefined && ids.length > 0) {
    throw awsError(
      'InvalidParameterCombination',
      'The parameter ids cannot be used with the parameter maxResults',
    );
  }
  if (max >= least) return;
  throw awsError(
    'InvalidParameterValue',
    `Value ( ${max} ) for parameter maxResults is invalid. Expecting a value greater than or equal to ${least}.`,
  );
}

/**
 * One page of the items. EC2 may put fewer on a page than asked for; here it always does (`world.pageSize`), so that
 * code which forgets `NextToken` is caught.
 */
export function paged<T>(
  call: SimulatedCall<PageRequest>,
  items: readonly T[],
  options: PageOptions = {},
): { items: T[]; next: { NextToken?: string } } {
  const { MaxResults, NextToken } = call.input;
  checkMax(MaxResults, options);
  if (options.ids !== undefined && options.ids.length > 0) return { items: [...items], next: {} };
  const from = offsetOf(NextToken);
  const to = from + Math.min(MaxResults ?? Number.POSITIVE_INFINITY, call.world.pageSize);
  const page = items.slice(from, to);
  if (to >= items.length) return { items: page, next: {} };
  return { items: page, next: { NextToken: Buffer.from(`${SIGN}:${to}`).toString('base64url') } };
}
