import { BlockList, isIPv6 } from 'node:net';
import { NotSimulated } from '../errors.js';
import { listOf } from './one-or-many.js';
import type { PolicyCondition, PolicyRequest } from './policy.js';
import { matchesWildcard } from './wildcard.js';

type Compare = (wanted: string, actual: string) => boolean;

function inNetwork(network: string, address: string): boolean {
  const [base = '', bits] = network.split('/');
  const family = isIPv6(base) ? 'ipv6' : 'ipv4';
  const list = new BlockList();
  list.addSubnet(base, Number(bits ?? (family === 'ipv6' ? 128 : 32)), family);
  return list.check(address, isIPv6(address) ? 'ipv6' : 'ipv4');
}

const number =
  (compare: (wanted: number, actual: number) => boolean): Compare =>
  (wanted, actual) =>
    compare(Number(wanted), Number(actual));
const date =
  (compare: (wanted: number, actual: number) => boolean): Compare =>
  (wanted, actual) =>
    compare(Date.parse(wanted), Date.parse(actual));

const equal: Compare = (wanted, actual) => wanted === actual;
const equalIgnoreCase: Compare = (wanted, actual) => wanted.toLowerCase() === actual.toLowerCase();

const COMPARISONS: Readonly<Record<string, Compare>> = {
  StringEquals: equal,
  StringEqualsIgnoreCase: equalIgnoreCase,
  StringLike: matchesWildcard,
  ArnEquals: matchesWildcard,
  ArnLike: matchesWildcard,
  Bool: equalIgnoreCase,
  IpAddress: inNetwork,
  NumericEquals: number((wanted, actual) => actual === wanted),
  NumericLessThan: number((wanted, actual) => actual < wanted),
  NumericLessThanEquals: number((wanted, actual) => actual <= wanted),
  NumericGreaterThan: number((wanted, actual) => actual > wanted),
  NumericGreaterThanEquals: number((wanted, actual) => actual >= wanted),
  DateEquals: date((wanted, actual) => actual === wanted),
  DateLessThan: date((wanted, actual) => actual < wanted),
  DateLessThanEquals: date((wanted, actual) => actual <= wanted),
  DateGreaterThan: date((wanted, actual) => actual > wanted),
  DateGreaterThanEquals: date((wanted, actual) => actual >= wanted),
};

/** `StringNotLike` -> its positive, negated. */
const NEGATIONS: Readonly<Record<string, string>> = {
  StringNotEquals: 'StringEquals',
  StringNotEqualsIgnoreCase: 'StringEqualsIgnoreCase',
  StringNotLike: 'StringLike',
  ArnNotEquals: 'ArnEquals',
  ArnNotLike: 'ArnLike',
  NotIpAddress: 'IpAddress',
  NumericNotEquals: 'NumericEquals',
  DateNotEquals: 'DateEquals',
};

interface Operator {
  readonly compare: Compare;
  readonly negated: boolean;
  readonly ifExists: boolean;
  readonly set: 'ForAnyValue' | 'ForAllValues' | undefined;
}

function parseOperator(name: string): Operator {
  const [, set, bare = '', ifExists] = /^(?:(ForAnyValue|ForAllValues):)?(.*?)(IfExists)?$/.exec(name) ?? [];
  const positive = NEGATIONS[bare] ?? bare;
  const compare = COMPARISONS[positive];
  if (compare === undefined) throw new NotSimulated(`the condition operator ${name}`);
  return {
    compare,
    negated: positive !== bare,
    ifExists: ifExists !== undefined,
    // The expression allows nothing else.
    set: set as Operator['set'],
  };
}

function valueHolds(operator: Operator, wanted: readonly string[], actual: string): boolean {
  const found = wanted.some((value) => operator.compare(value, actual));
  return operator.negated ? !found : found;
}

/** A key that is absent fails a positive operator and satisfies a negated one: why a Deny may silently not match. */
function keyHolds(operator: Operator, wanted: readonly string[], actual: readonly string[]): boolean {
  if (operator.set === 'ForAllValues') return actual.every((value) => valueHolds(operator, wanted, value));
  if (actual.length === 0) return operator.ifExists || operator.negated;
  if (operator.set === 'ForAnyValue') return actual.some((value) => valueHolds(operator, wanted, value));
  return actual.every((value) => valueHolds(operator, wanted, value));
}

function nullHolds(wanted: readonly string[], actual: readonly string[]): boolean {
  return wanted.some((value) => (value === 'true') === (actual.length === 0));
}

/** Whether every operator and every key of the block holds for the request. */
export function conditionHolds(condition: PolicyCondition, context: PolicyRequest['context']): boolean {
  const present = new Map(Object.entries(context).map(([key, value]) => [key.toLowerCase(), listOf(value)]));
  return Object.entries(condition).every(([name, keys]) =>
    Object.entries(keys).every(([key, values]) => {
      const wanted = listOf(values).map(String);
      const actual = present.get(key.toLowerCase()) ?? [];
      return name === 'Null' ? nullHolds(wanted, actual) : keyHolds(parseOperator(name), wanted, actual);
    }),
  );
}
