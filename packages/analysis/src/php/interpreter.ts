import { callNamed, callValue } from './evaluate/calls.js';
import { runCode } from './evaluate/code.js';
import { evaluateExpression } from './evaluate/expressions.js';
import { callFunction } from './evaluate/functions.js';
import { callMethod } from './evaluate/methods.js';
import { assignTo } from './evaluate/places.js';
import { executeStatements } from './evaluate/statements.js';
import type { Interpreter } from './machine.js';

export const INTERPRETER: Interpreter = {
  evaluate: evaluateExpression,
  execute: executeStatements,
  assign: assignTo,
  callNamed,
  callValue,
  callMethod,
  callFunction,
  runCode,
};
