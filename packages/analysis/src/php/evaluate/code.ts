import { type LexMode, lex } from '../lexer.js';
import type { Machine } from '../machine.js';
import { parseProgram } from '../parse/parser.js';
import { makeProgram } from '../parse/program.js';
import { TokenBuffer } from '../tokens.js';
import { UNKNOWN, type Value } from '../values/value.js';
import { hoist } from './declarations.js';

/** Layers of `eval(eval(...))`; packers use up to a dozen. */
const MAX_LAYERS = 12;

/** Runs code that the file made itself, in the variables of the place where it is run. */
export function runCode(machine: Machine, code: string, mode: LexMode): Value {
  if (machine.codeDepth >= MAX_LAYERS || code.length < 3) return UNKNOWN;
  machine.budget.spendOn(code);
  const buffer = new TokenBuffer(256);
  lex(code, mode, buffer);
  const statements = parseProgram(makeProgram(buffer.copy(code)), machine.budget);
  const { concrete, returned } = machine;
  machine.codeDepth++;
  machine.concrete = false;
  machine.returned = null;
  hoist(machine, statements);
  machine.interpreter.execute(machine, statements);
  const value = machine.returned ?? UNKNOWN;
  machine.codeDepth--;
  machine.concrete = concrete;
  machine.returned = returned;
  return value;
}
