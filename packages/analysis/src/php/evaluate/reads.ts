import type { Machine } from '../machine.js';
import type { Expression } from '../parse/syntax.js';
import {
  BUILT,
  HIDDEN,
  OWN_FILE,
  PARAMETER,
  REQUEST,
  SERVER,
  UNDEFINED,
  UPLOAD,
  UPLOAD_NAME,
} from '../values/marks.js';
import {
  deepMarks,
  isNumericText,
  textValue,
  toNumber,
  UNKNOWN,
  unknownPart,
  unknownWith,
  Value,
} from '../values/value.js';

const REQUEST_VARIABLES = new Set(
  '_GET _POST _REQUEST _COOKIE HTTP_GET_VARS HTTP_POST_VARS HTTP_COOKIE_VARS HTTP_RAW_POST_DATA _HEADERS'.split(
    ' ',
  ),
);
/** Set by PHP itself where a script is started from a shell. */
const COMMAND_LINE: ReadonlySet<string> = new Set(['argv', 'argc']);
const SUPERGLOBAL = /^_(?:GET|POST|REQUEST|COOKIE|FILES|SERVER|SESSION|ENV)$/;

export function readVariable(machine: Machine, name: string): Value {
  const { scope, globals } = machine;
  const isGlobal = SUPERGLOBAL.test(name) || scope.globalNames.has(name);
  const known = (isGlobal ? globals : scope).variables.get(name);
  if (known !== undefined) return known;
  const special = readSpecial(machine, name);
  if (special !== null) return special;
  if (name === 'this') return objectOf(scope.className);
  if (scope.fallback !== null && !name.startsWith('_')) return scope.fallback;
  return scope === globals && !isGlobal && !COMMAND_LINE.has(name) ? unknownWith(UNDEFINED) : UNKNOWN;
}

function objectOf(className: string): Value {
  return className === '' ? UNKNOWN : new Value(null, 0, null, { kind: 'object', className });
}

function readSpecial(machine: Machine, name: string): Value | null {
  const first = name.charCodeAt(0);
  if (first !== 95 && first !== 72 && first !== 71) return null; // _ H G
  if (REQUEST_VARIABLES.has(name)) return machine.request();
  if (name === '_FILES' || name === 'HTTP_POST_FILES') {
    machine.readsRequest = true;
    return new Value(null, UPLOAD);
  }
  if (name === '_SERVER' || name === 'HTTP_SERVER_VARS')
    return new Value(null, SERVER, null, { kind: 'server' });
  return name === 'GLOBALS' ? new Value(null, 0, null, { kind: 'globals' }) : null;
}

export function readVariableVariable(
  machine: Machine,
  expression: Expression & { kind: 'variable-variable' },
): Value {
  const name = machine.evaluate(expression.name);
  if (name.text === null) {
    // `${'_' . $x}`: what begins so is meant to be a request variable
    if (/^_[A-Z]*$/.test(name.prefix) && !name.has(PARAMETER)) return unknownWith(REQUEST | BUILT);
    return unknownWith(name.marks & (REQUEST | HIDDEN));
  }
  if (SUPERGLOBAL.test(name.text) && name.has(HIDDEN)) machine.signal('masked-superglobal', 0, name.text);
  return readVariable(machine, name.text);
}

export function readIndex(machine: Machine, expression: Expression & { kind: 'index' }): Value {
  const base = machine.evaluate(expression.base);
  const key = expression.key === null ? null : machine.evaluate(expression.key);
  return key === null ? UNKNOWN : itemAt(machine, base, key);
}

/** `base[key]`. */
export function itemAt(machine: Machine, base: Value, key: Value): Value {
  if (base.reference?.kind === 'globals') {
    return key.text === null ? UNKNOWN : readVariable(machine, key.text);
  }
  if (base.reference?.kind === 'server') return serverItem(machine, key);
  if (base.items !== null) {
    const item = key.text === null ? undefined : base.items.get(key.text);
    return item ?? unknownPart(base, key.text === null ? deepMarks(base) : base.carried);
  }
  if (base.text !== null) return characterAt(base, key);
  if (base.has(UPLOAD) && !base.has(REQUEST)) return uploadItem(base, key);
  return unknownPart(base, base.carried);
}

function characterAt(base: Value, key: Value): Value {
  const text = base.text ?? '';
  if (key.text === null) return unknownWith(base.carried | (text.length > 3 ? BUILT : 0));
  if (key.text !== '' && !isNumericText(key.text)) return unknownWith(base.carried);
  const position = Math.trunc(toNumber(key.text));
  return textValue(text.charAt(position < 0 ? position + text.length : position), base.carried | BUILT);
}

function uploadItem(base: Value, key: Value): Value {
  switch (key.text) {
    case 'name':
    case 'full_path':
      return new Value(null, UPLOAD | UPLOAD_NAME | REQUEST);
    case 'tmp_name':
      return new Value(null, UPLOAD);
    case 'size':
    case 'error':
      return UNKNOWN;
    default:
      return unknownWith(base.carried);
  }
}

function serverItem(machine: Machine, key: Value): Value {
  if (key.text === null || /^\d/.test(key.text)) return unknownWith(SERVER);
  if (/^HTTP_(?!HOST$)|^QUERY_STRING$|^PHP_AUTH/.test(key.text)) return machine.request();
  if (/^(?:REQUEST_URI|PATH_INFO|ORIG_PATH_INFO)$/.test(key.text)) return unknownWith(SERVER);
  if (/^(?:SCRIPT_FILENAME|PHP_SELF|SCRIPT_NAME|PATH_TRANSLATED)$/.test(key.text))
    return unknownWith(OWN_FILE);
  return UNKNOWN;
}

export function readProperty(machine: Machine, expression: Expression & { kind: 'property' }): Value {
  if (expression.base !== null) machine.evaluate(expression.base);
  const name = machine.evaluate(expression.name);
  if (name.text === null) return UNKNOWN;
  const value = machine.properties.get(name.text.toLowerCase()) ?? UNKNOWN;
  // in an object that the visitor made
  const isMade = machine.makesObjects && machine.callDepth === 1 && machine.runningUncalled;
  return isMade ? new Value(null, value.marks | REQUEST) : value;
}
