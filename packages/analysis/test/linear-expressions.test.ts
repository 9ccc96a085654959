import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { analyse } from 'scslre';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';

const PACKAGES = join(import.meta.dirname, '../..');

interface Expression {
  readonly where: string;
  readonly source: string;
  readonly flags: string;
}

/** The regular expressions that a file of ours holds. */
function expressionsIn(path: string, text: string): readonly Expression[] {
  const found: Expression[] = [];
  const file = ts.createSourceFile(path, text, ts.ScriptTarget.Latest);
  const visit = (node: ts.Node): void => {
    if (ts.isRegularExpressionLiteral(node)) {
      const end = node.text.lastIndexOf('/');
      const line = file.getLineAndCharacterOfPosition(node.end).line + 1;
      found.push({
        where: `${path}:${line}`,
        source: node.text.slice(1, end),
        flags: node.text.slice(end + 1),
      });
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  return found;
}

/** What a text that repeats one character makes slower than its length does. */
function superLinear({ where, source, flags }: Expression): readonly string[] {
  const { reports } = analyse(new RegExp(source, flags), {
    reportTypes: { Move: true, Self: true, Trade: true },
  });
  return reports.map(({ type }) => `${where}: /${source}/${flags} (${type.toLowerCase()})`);
}

/**
 * What goes through one text in more and more ways: a bound on each of its parts does not help, since sixty characters
 * have more ways than anybody waits for.
 */
function manyWays({ where, source, flags }: Expression): readonly string[] {
  const unbounded = source.replace(/\{(\d+),(\d+)\}/g, (bound, least, most) =>
    Number(most) >= 4 ? `{${least},}` : bound,
  );
  const { reports } = analyse(new RegExp(unbounded, flags), {
    reportTypes: { Move: false, Self: true, Trade: false },
  });
  return reports.map(() => `${where}: /${source}/${flags} (many ways)`);
}

// Rules in Sigma need none of this: RE2 matches them, in linear time. The testkit reads what tests have written.
const SOURCES = globSync('*/src/**/*.ts', { cwd: PACKAGES }).filter((path) => !path.startsWith('testkit'));

describe('our regular expressions', () => {
  it('take time linear in what the intruder wrote', () => {
    const all = SOURCES.flatMap((path) => {
      const text = readFileSync(join(PACKAGES, path), 'utf8');
      return text.includes('/') ? expressionsIn(path, text) : [];
    });
    expect(all.length).toBeGreaterThan(600);
    expect(all.flatMap(superLinear)).toEqual([]);
    expect(all.flatMap(manyWays)).toEqual([]);
  });

  it.each(['=+$', '^(\\S+:)(.*)$', '(?:a|a)*$', '#.*$', '[a-z]*i[a-z]*;'])(
    'would be caught: %s',
    (source) => {
      expect(superLinear({ where: 'x', source, flags: '' })).not.toEqual([]);
    },
  );

  it('would be caught where only bounds keep it from going on for ever', () => {
    const found = manyWays({ where: 'x', source: '^\\/(?:[\\w-][\\w.-]{0,63}\\/?){1,6}$', flags: '' });
    expect(found).not.toEqual([]);
  });
});
