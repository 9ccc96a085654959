import type { Budget } from './budget.js';
import { Scope } from './evaluate/scope.js';
import type { SignalId } from './findings/catalog.js';
import { Findings } from './findings/findings.js';
import type { LexMode } from './lexer.js';
import type {
  Argument,
  ClassDeclaration,
  Expression,
  FunctionDeclaration,
  Statement,
} from './parse/syntax.js';
import { REQUEST } from './values/marks.js';
import { Value, type Variables } from './values/value.js';

/** How a function came to be called: a hidden name is a finding of its own. */
export type CalledBy = 'name' | 'value' | 'hidden-value' | 'callback';

export interface Call {
  /** In lower case, without its namespace. */
  readonly name: string;
  readonly arguments: readonly Value[];
  /** What was written there, where that is known: results by reference are put there. */
  readonly written: readonly Argument[];
  readonly offset: number;
  readonly by: CalledBy;
}

/** How a statement ended. */
export type Flow = 'next' | 'break' | 'continue' | 'return';

/** The parts of the evaluator that call each other in circles; tied together in `interpreter.ts`. */
export interface Interpreter {
  evaluate(machine: Machine, expression: Expression): Value;
  execute(machine: Machine, statements: readonly Statement[]): Flow;
  assign(machine: Machine, target: Expression, value: Value): void;
  callNamed(machine: Machine, call: Call): Value;
  callValue(machine: Machine, callee: Value, call: Omit<Call, 'name' | 'by'>): Value;
  callMethod(machine: Machine, object: Value | null, call: Call & { readonly className: string }): Value;
  callFunction(machine: Machine, declaration: FunctionDeclaration, call: FunctionCall): Value;
  runCode(machine: Machine, code: string, mode: LexMode): Value;
}

export interface FunctionCall {
  readonly arguments: readonly Value[];
  readonly written?: readonly Argument[];
  readonly className?: string;
  readonly closureScope?: Variables;
}

/** All that is known while one file is evaluated. */
export class Machine {
  readonly findings = new Findings();
  readonly globals = new Scope();
  scope = this.globals;
  readonly functions = new Map<string, FunctionDeclaration>();
  readonly classes = new Map<string, ClassDeclaration>();
  readonly methods = new Map<string, MethodDeclaration[]>();
  readonly properties = new Map<string, Value>();
  readonly constants = new Map<string, Value>();
  /** Closures that were made, with the scope they were made in. */
  readonly closures = new Map<FunctionDeclaration, Scope>();
  /** How often each function ran. */
  readonly runs = new Map<FunctionDeclaration, number>();
  /** Parsed bodies. */
  readonly bodies = new Map<FunctionDeclaration, readonly Statement[]>();
  /** Whether control flow is known here: in loops that are really run, in functions whose arguments are known. */
  concrete = false;
  /** How many undecided branches surround this place: assignments there do not forget. */
  branching = 0;
  /** The budget at which loops that surround this place stop. */
  loopFloor = Number.NEGATIVE_INFINITY;
  /** A loop met a way out whose condition is unknown. */
  undecidedExit = false;
  returned: Value | null = null;
  callDepth = 0;
  /** How many layers of evaluated code surround this place, and where the outermost stands in the file. */
  codeDepth = 0;
  outerOffset = 0;
  /** Whether the visitor may make objects, with properties of his choice. */
  makesObjects = false;
  /** Whether methods run that nothing in the file calls. */
  runningUncalled = false;
  /** Files that request data was written to. */
  readonly requestFiles = new Set<string>();
  /** Whether the file needs what another one brings: it includes scripts, or uses classes and objects that are not its own. */
  takesFromElsewhere = false;
  /** Whether the file reads the request at all. */
  readsRequest = false;

  constructor(
    readonly budget: Budget,
    readonly interpreter: Interpreter,
    /** Whether an unknown constant is its own name, as before PHP 8. */
    readonly barewords: boolean = false,
  ) {}

  signal(id: SignalId, offset: number, detail = ''): void {
    this.findings.add(id, {
      detail,
      offset: this.codeDepth > 0 ? this.outerOffset : offset,
      isOutermost: this.callDepth === 0,
    });
  }

  /** What the visitor sent: unknown, but his. */
  request(): Value {
    this.readsRequest = true;
    return new Value(null, REQUEST);
  }

  evaluate(expression: Expression): Value {
    return this.interpreter.evaluate(this, expression);
  }
}

export interface MethodDeclaration {
  readonly className: string;
  readonly declaration: FunctionDeclaration;
}
