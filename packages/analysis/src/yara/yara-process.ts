// A process of its own: the native engine has no timeout and no way to be interrupted, and what crashes over a
// hostile file must not take the analysis with it. Imports nothing of ours but types: Node runs it as it is.
import type { RuleMatch, YaraX } from '@litko/yara-x';
import type { NamedSource, YaraAnswer, YaraMatch, YaraRequest, YaraRuleError } from './yara-messages.js';

type Engine = typeof import('@litko/yara-x');

const MAX_STRINGS = 6;
const OPTIONS = {
  defineVariables: { filename: '', filepath: '', extension: '', filetype: '', owner: '' },
  // as YARA itself reads expressions, for which public rules are written
  relaxedReSyntax: true,
  enableIncludes: false,
};

const scanners: YaraX[] = [];

function answer(message: YaraAnswer): void {
  process.send?.(message);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Files whose names do not meet are compiled as one: a scan costs one pass over the bytes for each scanner. */
function grouped(sources: readonly NamedSource[]): readonly (readonly NamedSource[])[] {
  const groups: { readonly names: Set<string>; readonly sources: NamedSource[] }[] = [];
  const alone: NamedSource[][] = [];
  for (const source of sources) {
    if (source.isGlobal) {
      alone.push([source]);
      continue;
    }
    let group = groups.find(({ names }) => !source.names.some((name) => names.has(name)));
    if (group === undefined) {
      group = { names: new Set(), sources: [] };
      groups.push(group);
    }
    group.sources.push(source);
    for (const name of source.names) group.names.add(name);
  }
  return [...groups.map((group) => group.sources), ...alone];
}

function errorOf(engine: Engine, source: NamedSource): YaraRuleError | undefined {
  try {
    const [error] = engine.validate(source.text, OPTIONS).errors;
    if (error === undefined) return undefined;
    const line = error.line ?? Number(/--> line:(\d+)/.exec(error.message)?.[1] ?? 1);
    return { file: source.file, line, message: error.message.split('\n')[0] ?? '' };
  } catch (error) {
    return { file: source.file, line: 1, message: messageOf(error) };
  }
}

function compileTogether(engine: Engine, sources: readonly NamedSource[]): void {
  const compiled = grouped(sources).map((group) =>
    engine.compile(group.map(({ text }) => text).join('\n'), OPTIONS),
  );
  for (const scanner of compiled) scanner.setMaxMatchesPerPattern(MAX_STRINGS);
  scanners.splice(0, scanners.length, ...compiled);
}

/** All at once; only when that fails is every file tried alone, which takes as long again. */
function compile(engine: Engine, sources: readonly NamedSource[]): readonly YaraRuleError[] {
  try {
    compileTogether(engine, sources);
    return [];
  } catch {
    const errors = sources.flatMap((source) => errorOf(engine, source) ?? []);
    const broken = new Set(errors.map(({ file }) => file));
    compileTogether(
      engine,
      sources.filter(({ file }) => !broken.has(file)),
    );
    return errors;
  }
}

function toMatch({ ruleIdentifier, tags, meta, matches }: RuleMatch): YaraMatch {
  return {
    rule: ruleIdentifier,
    tags,
    meta: { ...meta },
    strings: matches
      .slice(0, MAX_STRINGS)
      .map(({ identifier, offset, length }) => ({ name: identifier, offset, length })),
  };
}

function scan({ id, bytes, variables }: Extract<YaraRequest, { kind: 'scan' }>): void {
  try {
    const data = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const matches = scanners.flatMap((scanner) => scanner.scan(data, { ...variables })).map(toMatch);
    answer({ kind: 'scanned', id, matches });
  } catch (error) {
    answer({ kind: 'failed', id, reason: messageOf(error) });
  }
}

async function take(request: YaraRequest): Promise<void> {
  if (request.kind === 'scan') return scan(request);
  let engine: Engine;
  try {
    engine = await import('@litko/yara-x');
  } catch (error) {
    return answer({ kind: 'unavailable', reason: messageOf(error).split('\n')[0] ?? '' });
  }
  try {
    answer({ kind: 'compiled', errors: compile(engine, request.sources) });
  } catch (error) {
    answer({ kind: 'unavailable', reason: `the rules do not compile together: ${messageOf(error)}` });
  }
}

process.on('message', (request) => {
  // Only our own process sends here.
  void take(request as YaraRequest);
});
process.on('disconnect', () => process.exit(0));
