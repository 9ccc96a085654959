import type { Tokens } from '../tokens.js';

/** What the parser leaves for the evaluator. Only nodes that can be a finding carry an offset into their source. */
export type Expression =
  | { readonly kind: 'text'; readonly value: string; readonly numeric: boolean }
  | { readonly kind: 'template'; readonly parts: readonly Expression[] }
  | { readonly kind: 'command'; readonly parts: readonly Expression[]; readonly offset: number }
  | { readonly kind: 'variable'; readonly name: string }
  | { readonly kind: 'variable-variable'; readonly name: Expression }
  | { readonly kind: 'constant'; readonly name: string }
  | { readonly kind: 'array'; readonly items: readonly ArrayItem[] }
  | { readonly kind: 'index'; readonly base: Expression; readonly key: Expression | null }
  | { readonly kind: 'property'; readonly base: Expression | null; readonly name: Expression }
  | { readonly kind: 'class-constant'; readonly name: string }
  | CallExpression
  | {
      readonly kind: 'assign';
      readonly target: Expression;
      readonly value: Expression;
      readonly operator: string;
    }
  | { readonly kind: 'concatenate'; readonly operands: readonly Expression[] }
  | {
      readonly kind: 'binary';
      readonly operator: string;
      readonly left: Expression;
      readonly right: Expression;
    }
  | { readonly kind: 'unary'; readonly operator: string; readonly operand: Expression }
  | {
      readonly kind: 'step';
      readonly target: Expression;
      readonly by: 1 | -1;
      readonly when: 'before' | 'after';
    }
  | { readonly kind: 'cast'; readonly type: string; readonly operand: Expression }
  | {
      readonly kind: 'choice';
      readonly condition: Expression;
      readonly yes: Expression;
      readonly no: Expression;
    }
  | {
      readonly kind: 'any-of';
      readonly operator: '?:' | '??' | 'match';
      readonly options: readonly Expression[];
    }
  | { readonly kind: 'closure'; readonly declaration: FunctionDeclaration }
  | { readonly kind: 'include'; readonly operand: Expression; readonly offset: number }
  | { readonly kind: 'test'; readonly test: 'isset' | 'empty'; readonly operands: readonly Expression[] }
  | { readonly kind: 'write'; readonly operands: readonly Expression[] }
  | { readonly kind: 'unknown'; readonly parts: readonly Expression[] };

export type CallExpression =
  | {
      readonly kind: 'call';
      readonly name: string;
      readonly arguments: readonly Argument[];
      readonly offset: number;
    }
  | {
      readonly kind: 'call-value';
      readonly callee: Expression;
      readonly arguments: readonly Argument[];
      readonly offset: number;
    }
  | {
      readonly kind: 'call-method';
      /** The object, or null for a static call. */
      readonly base: Expression | null;
      /** Of a static call: the class's name in lower case, when it is written out. */
      readonly className: string;
      readonly name: Expression;
      readonly arguments: readonly Argument[];
      readonly offset: number;
    }
  | {
      readonly kind: 'new';
      readonly className: Expression;
      /** Of an anonymous class. */
      readonly body: ClassDeclaration | null;
      readonly arguments: readonly Argument[];
      readonly offset: number;
    };

export interface Argument {
  readonly value: Expression;
  /** `...$list`. */
  readonly spread: boolean;
}

export interface ArrayItem {
  readonly key: Expression | null;
  readonly value: Expression;
}

export type Statement =
  | { readonly kind: 'expression'; readonly expression: Expression }
  | { readonly kind: 'block'; readonly body: readonly Statement[] }
  | { readonly kind: 'if'; readonly branches: readonly Branch[] }
  | {
      readonly kind: 'while';
      readonly condition: Expression;
      readonly body: Statement;
      readonly test: 'before' | 'after';
    }
  | {
      readonly kind: 'for';
      readonly start: readonly Expression[];
      readonly condition: readonly Expression[];
      readonly step: readonly Expression[];
      readonly body: Statement;
    }
  | {
      readonly kind: 'foreach';
      readonly subject: Expression;
      readonly key: Expression | null;
      readonly target: Expression;
      readonly body: Statement;
    }
  | { readonly kind: 'switch'; readonly subject: Expression; readonly cases: readonly SwitchCase[] }
  | { readonly kind: 'return'; readonly value: Expression | null }
  | { readonly kind: 'break' }
  | { readonly kind: 'continue' }
  | { readonly kind: 'global'; readonly names: readonly string[] }
  | { readonly kind: 'unset'; readonly targets: readonly Expression[] }
  | { readonly kind: 'function'; readonly declaration: FunctionDeclaration }
  | { readonly kind: 'class'; readonly declaration: ClassDeclaration }
  | {
      readonly kind: 'constants';
      readonly items: readonly { readonly name: string; readonly value: Expression }[];
    };

export interface Branch {
  /** Null for `else`. */
  readonly condition: Expression | null;
  readonly body: Statement;
}

export interface SwitchCase {
  /** Null for `default`. */
  readonly value: Expression | null;
  readonly body: readonly Statement[];
}

export interface Parameter {
  readonly name: string;
  readonly fallback: Expression | null;
  readonly byReference: boolean;
  readonly variadic: boolean;
}

/** A function whose body is parsed only when it is called: `[bodyStart, bodyEnd)` are token positions. */
export interface FunctionDeclaration {
  readonly name: string;
  readonly parameters: readonly Parameter[];
  readonly captures: readonly string[];
  readonly program: Program;
  readonly bodyStart: number;
  readonly bodyEnd: number;
  /** Of an arrow function: its one expression. */
  readonly result: Expression | null;
}

export interface ClassDeclaration {
  readonly name: string;
  /** The source that it stands in, and where its first word begins. */
  readonly source: string;
  readonly offset: number;
  readonly parent: string;
  /** Traits whose methods it has. */
  readonly traits: readonly string[];
  readonly methods: readonly FunctionDeclaration[];
  readonly properties: readonly { readonly name: string; readonly value: Expression }[];
  readonly constants: readonly { readonly name: string; readonly value: Expression }[];
}

/** Tokens with their brackets paired. */
export interface Program {
  readonly tokens: Tokens;
  /** For each opening bracket the position of its closing one, or `tokens.count`. */
  readonly matching: Int32Array;
  /** How many tokens before each position are worth the evaluator's time; null: all. */
  readonly relevance: Int32Array | null;
}
