import { pack } from '../operators.js';

/** How tightly operators bind; `.` stands beside `+` as in PHP 5 and 7, the versions shells are written for. */
export const ASSIGNMENT_LEVEL = 4;
export const CHOICE_LEVEL = 5;
export const COALESCE_LEVEL = 6;
export const PIPE_LEVEL = 14;
export const CONCATENATE_LEVEL = 16;
export const UNARY_LEVEL = 20;

export interface BinaryOperator {
  readonly text: string;
  readonly level: number;
}

const LEVELS: readonly (readonly [number, string])[] = [
  [7, '||'],
  [8, '&&'],
  [9, '|'],
  [10, '^'],
  [11, '&'],
  [12, '== != === !== <> <=>'],
  [13, '< > <= >='],
  [15, '<< >>'],
  [16, '+ -'],
  [17, '* / %'],
  [21, '**'],
];

export const BINARY: ReadonlyMap<number, BinaryOperator> = new Map(
  LEVELS.flatMap(([level, list]) => list.split(' ').map((text) => [pack(text), { text, level }] as const)),
);

/** Assignments with the operator they apply: `.=` -> `.`. */
export const ASSIGNMENTS: ReadonlyMap<number, string> = new Map(
  '= .= += -= *= /= %= ^= |= &= ??= **= <<= >>='.split(' ').map((text) => [pack(text), text.slice(0, -1)]),
);
