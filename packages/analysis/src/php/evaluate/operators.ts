import { BUILT, CARRIED, DECODED, MASKED, NUMERIC, ORDINAL, REQUEST } from '../values/marks.js';
import {
  isNumericText,
  numberValue,
  textValue,
  toNumber,
  truthOf,
  UNKNOWN,
  unknownWith,
  Value,
} from '../values/value.js';

const TRUE_TEXT = '1';

function truthValue(truth: boolean): Value {
  return textValue(truth ? TRUE_TEXT : '', NUMERIC);
}

export function binary(operator: string, left: Value, right: Value): Value {
  switch (operator) {
    case '^':
    case '|':
    case '&':
      return bitwise(operator, left, right);
    case '&&':
    case '||':
    case 'xor':
      return logical(operator, left, right);
    case '==':
    case '===':
    case '!=':
    case '!==':
    case '<>':
    case '<':
    case '>':
    case '<=':
    case '>=':
    case '<=>':
      return compare(operator, left, right);
    case '+':
      if (left.items !== null && right.items !== null) {
        return new Value(null, left.carried | right.carried, left.items);
      }
      return arithmetic(operator, left, right);
    default:
      return arithmetic(operator, left, right);
  }
}

/** On two strings `^`, `|` and `&` work byte by byte: how names are masked. */
function bitwise(operator: string, left: Value, right: Value): Value {
  const marks = left.carried | right.carried;
  if (left.text !== null && right.text !== null) {
    if (left.has(NUMERIC) || right.has(NUMERIC)) {
      return numberValue(
        bitwiseNumbers(operator, toNumber(left.text), toNumber(right.text)),
        marks | NUMERIC,
      );
    }
    return textValue(bitwiseTexts(operator, left.text, right.text), marks | BUILT | DECODED | MASKED);
  }
  const known = left.text ?? right.text ?? '';
  const masks = operator === '^' && (known.length > 2 || (marks & REQUEST) !== 0);
  return unknownWith(masks ? marks | DECODED : marks);
}

const INT32 = 2 ** 31;

function bitwiseNumbers(operator: string, left: number, right: number): number {
  if (Math.abs(left) >= INT32 || Math.abs(right) >= INT32) return bitwiseWide(operator, left, right);
  if (operator === '^') return left ^ right;
  return operator === '|' ? left | right : left & right;
}

/** PHP's integers have 64 bits. */
function bitwiseWide(operator: string, left: number, right: number): number {
  if (!Number.isFinite(left) || !Number.isFinite(right)) return 0;
  const [a, b] = [BigInt(Math.trunc(left)), BigInt(Math.trunc(right))];
  const result = operator === '^' ? a ^ b : operator === '|' ? a | b : a & b;
  return Number(BigInt.asIntN(64, result));
}

function bitwiseTexts(operator: string, left: string, right: string): string {
  const length = operator === '|' ? Math.max(left.length, right.length) : Math.min(left.length, right.length);
  const codes: string[] = [];
  for (let at = 0; at < length; at++) {
    const code = bitwiseNumbers(operator, left.charCodeAt(at) || 0, right.charCodeAt(at) || 0);
    codes.push(String.fromCharCode(code & 255));
  }
  return codes.join('');
}

function logical(operator: string, left: Value, right: Value): Value {
  const a = truthOf(left);
  const b = truthOf(right);
  if (operator === '&&' && (a === false || b === false)) return truthValue(false);
  if (operator === '||' && (a === true || b === true)) return truthValue(true);
  if (a === undefined || b === undefined) return UNKNOWN;
  return truthValue(operator === '&&' ? a && b : operator === '||' ? a || b : a !== b);
}

function compare(operator: string, left: Value, right: Value): Value {
  if (left.text === null || right.text === null) return UNKNOWN;
  const order = orderOf(left.text, right.text);
  switch (operator) {
    case '<':
      return truthValue(order < 0);
    case '>':
      return truthValue(order > 0);
    case '<=':
      return truthValue(order <= 0);
    case '>=':
      return truthValue(order >= 0);
    case '<=>':
      return numberValue(order, NUMERIC);
    case '==':
    case '===':
      return truthValue(order === 0);
    default:
      return truthValue(order !== 0);
  }
}

function orderOf(left: string, right: string): number {
  if (isNumericText(left) && isNumericText(right)) return Math.sign(toNumber(left) - toNumber(right));
  return left < right ? -1 : left > right ? 1 : 0;
}

/** A value's number, as PHP makes it of texts and arrays; null when it is unknown. */
function numberOf(value: Value): number | null {
  if (value.text !== null) return toNumber(value.text);
  return value.items === null ? null : Math.min(1, value.items.size);
}

/** An unknown result: a number, and so nothing of the visitor's, unless the codes of characters went in. */
function calculated(left: Value, right: Value): Value {
  const marks = left.carried | right.carried;
  return (marks & ORDINAL) === 0 ? UNKNOWN : unknownWith(marks);
}

function arithmetic(operator: string, left: Value, right: Value): Value {
  const a = numberOf(left);
  const b = numberOf(right);
  if (a === null || b === null) return calculated(left, right);
  const result = calculate(operator, a, b);
  return result === null ? UNKNOWN : numberValue(result, NUMERIC | ((left.marks | right.marks) & BUILT));
}

function calculate(operator: string, a: number, b: number): number | null {
  switch (operator) {
    case '+':
      return a + b;
    case '-':
      return a - b;
    case '*':
      return a * b;
    case '/':
      return b === 0 ? null : a / b;
    case '%':
      return Math.trunc(b) === 0 ? null : Math.trunc(a) % Math.trunc(b);
    case '<<':
      return a * 2 ** Math.min(63, Math.max(0, b));
    case '>>':
      return Math.floor(a / 2 ** Math.min(63, Math.max(0, b)));
    case '**':
      return a ** b;
    default:
      return null;
  }
}

export function unary(operator: string, operand: Value): Value {
  if (operator === '!') {
    const truth = truthOf(operand);
    return truth === undefined ? UNKNOWN : truthValue(!truth);
  }
  if (operator === '~') return complement(operand);
  if (operand.text === null) return UNKNOWN;
  const number = toNumber(operand.text);
  return numberValue(operator === '-' ? -number : number, NUMERIC);
}

function complement(operand: Value): Value {
  if (operand.text === null) return unknownWith(operand.carried);
  if (operand.has(NUMERIC)) return numberValue(~toNumber(operand.text), NUMERIC);
  let text = '';
  for (let at = 0; at < operand.text.length; at++)
    text += String.fromCharCode(~operand.text.charCodeAt(at) & 255);
  return textValue(text, operand.carried | BUILT | DECODED | MASKED);
}

/** `++` and `--`; on letters PHP counts like a car's number plate: `Z` becomes `AA`. */
export function stepped(value: Value, by: 1 | -1): Value {
  if (value.text === null) return value.items === null ? unknownWith(value.marks & CARRIED) : value;
  if (value.text === '' || isNumericText(value.text)) return numberValue(toNumber(value.text) + by, NUMERIC);
  return by === 1 ? textValue(nextLetters(value.text), value.carried | BUILT) : value;
}

function nextLetters(text: string): string {
  const letters = [...text];
  for (let at = letters.length - 1; at >= 0; at--) {
    const letter = letters[at] ?? '';
    if (!/[a-zA-Z0-9]/.test(letter)) break;
    const wraps = letter === 'z' || letter === 'Z' || letter === '9';
    letters[at] =
      letter === 'z'
        ? 'a'
        : letter === 'Z'
          ? 'A'
          : letter === '9'
            ? '0'
            : String.fromCharCode(letter.charCodeAt(0) + 1);
    if (!wraps) return letters.join('');
    if (at === 0) letters.unshift(letter === '9' ? '1' : (letters[0] ?? ''));
  }
  return letters.join('');
}

export function cast(type: string, operand: Value): Value {
  if (/^(?:int|integer)$/.test(type)) {
    return operand.text === null ? UNKNOWN : numberValue(Math.trunc(toNumber(operand.text)), NUMERIC);
  }
  if (/^(?:float|double|real)$/.test(type)) {
    return operand.text === null ? UNKNOWN : numberValue(toNumber(operand.text), NUMERIC);
  }
  if (/^bool/.test(type)) {
    const truth = truthOf(operand);
    return truth === undefined ? UNKNOWN : truthValue(truth);
  }
  if (/^(?:string|binary)$/.test(type) && operand.text !== null) {
    return textValue(operand.text, operand.marks & ~NUMERIC);
  }
  return operand;
}
