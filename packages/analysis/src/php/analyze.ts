import type { Signal } from '../webshell/signal.js';
import { Budget, BudgetExhausted, type BudgetLimits } from './budget.js';
import { hoist } from './evaluate/declarations.js';
import { runUncalled } from './evaluate/functions.js';
import { isPart, ofPart } from './findings/part.js';
import { type GateView, gateView, passes } from './gate.js';
import { INTERPRETER } from './interpreter.js';
import { lex } from './lexer.js';
import { Machine } from './machine.js';
import { parseProgram } from './parse/parser.js';
import { makeProgram } from './parse/program.js';
import type { Statement } from './parse/syntax.js';
import { TokenBuffer, type Tokens } from './tokens.js';

export interface PhpAnalysis {
  readonly signals: readonly Signal[];
  /** Ordinary alone, telling together: what the script is able to do. */
  readonly capabilities: ReadonlySet<string>;
  /** Whether the script is a part of something larger, and not a page that stands alone. */
  readonly isPart: boolean;
  /** Whether the gate let the file through to the evaluator. */
  readonly evaluated: boolean;
  /** Steps or time ran out: what was not seen may be anything. */
  readonly exhausted: boolean;
  readonly tokenCount: number;
}

/** 250 ms a file at most, with some left for reading and judging it. */
export const DEFAULT_LIMITS: BudgetLimits = { steps: 1_500_000, milliseconds: 180 };

const NO_CAPABILITIES: ReadonlySet<string> = new Set();

/** Reads one PHP file after the other; the token columns are reused. */
export class PhpAnalyzer {
  private readonly buffer = new TokenBuffer(1 << 16);

  constructor(private readonly limits: BudgetLimits = DEFAULT_LIMITS) {}

  /** What a file does with what its visitors send. `source`: one character a byte (latin1). Never throws. */
  analyze(source: string): PhpAnalysis {
    const text = normalizeTags(source);
    const budget = new Budget(this.limits);
    lex(text, 'html', this.buffer);
    const view = this.buffer.view(text);
    const gate = gateView(view);
    if (!passes(gate, view)) {
      return {
        signals: [],
        capabilities: NO_CAPABILITIES,
        isPart: false,
        evaluated: false,
        exhausted: false,
        tokenCount: view.count,
      };
    }
    return evaluate(this.buffer.copy(text), gate, budget);
  }
}

function evaluate(tokens: Tokens, gate: GateView, budget: Budget): PhpAnalysis {
  const machine = new Machine(budget, INTERPRETER, gate.masks);
  let statements: readonly Statement[] = [];
  const exhausted = runToEnd(() => {
    statements = parseProgram(makeProgram(tokens, gate.relevance), budget);
    hoist(machine, statements);
    INTERPRETER.execute(machine, statements);
    runUncalled(machine);
    // what one request stores another may run: look again with what the first left behind
    if (machine.readsRequest && machine.findings.isOpen()) {
      machine.runs.clear();
      INTERPRETER.execute(machine, statements);
    }
  });
  const signals = machine.findings.signals();
  const belongs = signals.length > 0 && isPart(machine, statements, tokens);
  return {
    signals: belongs ? ofPart(signals) : signals,
    isPart: belongs,
    capabilities: machine.findings.capabilities,
    evaluated: true,
    exhausted,
    tokenCount: tokens.count,
  };
}

/** Whether the budget, or the stack, was used up before the end. */
function runToEnd(work: () => void): boolean {
  try {
    work();
    return false;
  } catch (error) {
    // the nesting of hostile code can also use up the stack
    if (error instanceof BudgetExhausted || error instanceof RangeError) return true;
    throw error;
  }
}

/** `<script language="php">` and, where there is no other, `<% %>` open PHP too; offsets stay as they were. */
function normalizeTags(source: string): string {
  if (/<script[^>]{1,40}language\s{0,4}=\s{0,4}["']?php/i.test(source)) {
    return source
      .replace(/<script[^>]{1,40}language\s{0,4}=\s{0,4}["']?php["']?[^>]{0,40}>/gi, (tag) =>
        '<?php'.padEnd(tag.length),
      )
      .replace(/<\/script>/gi, '?>       ');
  }
  if (source.includes('<?') || !source.includes('<%')) return source;
  return source.replaceAll('<%', '<?').replaceAll('%>', '?>');
}
