import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { lexer, type Token, type Tokens } from 'marked';
import { describe, expect, it } from 'vitest';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const PAGE = readFileSync(`${ROOT}docs/guides/domain-coverage.md`, 'utf8');
const POINTS = 70;

interface Row {
  readonly point: number;
  readonly behaviour: string;
  /** Paths as the page has them. */
  readonly sources: readonly string[];
  readonly proofs: readonly { readonly file: string; readonly title: string }[];
  readonly open: boolean;
}

const tables = lexer(PAGE).filter((token): token is Tokens.Table => token.type === 'table');

/** What stands between backticks, as it reads. */
function codesOf(tokens: readonly Token[]): readonly string[] {
  return tokens
    .filter((token): token is Tokens.Codespan => token.type === 'codespan')
    .map(({ text }) => plain(text));
}

/** The lexer escapes for HTML. */
function plain(text: string): string {
  return text
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&');
}

const isTestFile = (code: string) => /^[a-z][\w./-]*\.(?:test|test-d|moto)\.ts$/.test(code);

/** Each title belongs to the file that was named last before it. */
function proofsOf(tokens: readonly Token[]): Row['proofs'] {
  let file = '';
  return codesOf(tokens).flatMap((code) => {
    if (!isTestFile(code)) return [{ file, title: code }];
    file = code;
    return [];
  });
}

const rows: readonly Row[] = tables.flatMap((table) =>
  table.rows.map(([point, behaviour, where, proof]) => ({
    point: Number(point?.text),
    behaviour: plain(behaviour?.text ?? ''),
    sources: codesOf(where?.tokens ?? []),
    proofs: proofsOf(proof?.tokens ?? []),
    open: proof?.text.startsWith('**open**: ') ?? false,
  })),
);

const pathOf = (file: string) => `${ROOT}${file.startsWith('examples/') ? '' : 'packages/'}${file}`;
const contents = new Map<string, string>();

function textOf(file: string): string {
  const known = contents.get(file) ?? (existsSync(pathOf(file)) ? readFileSync(pathOf(file), 'utf8') : '');
  contents.set(file, known);
  return known;
}

/** Titles are string literals in their file, in whatever quotes. */
function hasTitle({ file, title }: Row['proofs'][number]): boolean {
  return ["'", '"', '`'].some((quote) => textOf(file).includes(`${quote}${title}${quote}`));
}

describe('the coverage of the domain', () => {
  it('has a row for each of the seventy points, and for nothing else', () => {
    const points = [...new Set(rows.map(({ point }) => point))].sort((a, b) => a - b);
    expect(points).toEqual(Array.from({ length: POINTS }, (_, index) => index + 1));
  });

  it('names files that exist', () => {
    const named = rows.flatMap(({ sources, proofs }) => [...sources, ...proofs.map(({ file }) => file)]);
    expect([...new Set(named)].filter((file) => !existsSync(pathOf(file)))).toEqual([]);
  });

  it('names tests by the titles that they have', () => {
    const missing = rows.flatMap(({ proofs }) => proofs).filter((proof) => !hasTitle(proof));
    expect(missing).toEqual([]);
  });

  it('proves what it does not call open, and names where it is done', () => {
    const unproved = rows.filter(
      ({ open, proofs, sources }) => !open && (proofs.length === 0 || sources.length === 0),
    );
    expect(unproved.map(({ point, behaviour }) => `${point}: ${behaviour}`)).toEqual([]);
  });

  it('lists at its end what is open', () => {
    const list = PAGE.slice(PAGE.indexOf('\n## What is open\n'));
    const listed = [...list.matchAll(/^- (.*)$/gm)].map(([, text]) => text);
    const open = rows.filter((row) => row.open).map(({ point, behaviour }) => `${point}: ${behaviour}`);
    expect(listed).toEqual(open);
  });
});
