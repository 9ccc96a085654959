import type { Signal } from '../../webshell/signal.js';
import type { Machine } from '../machine.js';
import type { Statement } from '../parse/syntax.js';
import type { Tokens } from '../tokens.js';
import type { SignalId } from './catalog.js';
import { leavesAlone } from './guard.js';

/**
 * What pages that manage a site do as well: they keep what an administrator sends, and choose files of their own by what
 * the request says. A shell does it alone; in a part of an application it says little.
 */
const ORDINARY: ReadonlySet<string> = new Set<SignalId>([
  'request-callback',
  'request-database',
  'request-mail',
  'request-object',
  'request-query',
  'request-variables',
  'request-whole-mail',
  'unknown-call-in-function',
  'request-class',
  'request-copy',
  'request-copy-part',
  'request-file-name',
  'request-in-script',
  'request-include',
  'request-include-below',
  'request-include-name',
  'request-include-script',
  'request-method',
  'request-reads-file',
  'request-lists-folder',
  'request-changes-file',
  'request-changes-mode',
  'request-socket',
  'request-to-socket',
  'request-to-file',
  'request-writes-below',
  'request-writes-file',
  'request-writes-script',
  'remote-in-script',
  'remote-writes-script',
  'decoded-include-unknown',
  'decoded-writes-script',
  'removes-itself',
  'upload-by-name',
  'upload-here',
  'upload-kept',
  'writes-shell',
]);
const SHARE = 0.4;

/** Kept at the page's own level: in the code of applications that stands in a function. */
const UPLOADS: ReadonlySet<string> = new Set<SignalId>(['upload-by-name', 'upload-here']);

/** Whether a script is a part of something larger: it takes from elsewhere what it needs, or does nothing by itself. */
export function isPart(machine: Machine, statements: readonly Statement[], tokens: Tokens): boolean {
  return (
    machine.takesFromElsewhere ||
    onlyDeclares(statements) ||
    [...machine.classes.values()].some(({ parent }) => parent !== '' && !machine.classes.has(parent)) ||
    leavesAlone(tokens)
  );
}

/** The signals of a part, with what its kind does as well at its share. */
export function ofPart(signals: readonly Signal[]): readonly Signal[] {
  return signals.map((signal) =>
    isOrdinary(signal) ? { ...signal, weight: signal.weight * SHARE } : signal,
  );
}

/** What parts of applications do as well. */
export function isOrdinary({ id, isOutermost }: Signal): boolean {
  return ORDINARY.has(id) && !(isOutermost === true && UPLOADS.has(id));
}

/** A file that declares functions and classes and runs none of them. */
function onlyDeclares(statements: readonly Statement[]): boolean {
  return (
    statements.some(({ kind }) => kind === 'class' || kind === 'function') &&
    statements.every(
      (statement) =>
        statement.kind === 'class' || statement.kind === 'function' || statement.kind === 'constants',
    )
  );
}
