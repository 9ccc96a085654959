// What a long pipeline costs the type checker: sixty chained steps against none, in the same program.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

function source(steps: number): string {
  const definitions = Array.from({ length: steps }, (_, index) => {
    const needs = index === 0 ? '' : `needs: [f${index - 1}], `;
    return [
      `const f${index} = defineFact('fact${index}', v.object({ id: v.string(), size: v.number() }));`,
      `const s${index} = (options: { readonly margin?: number }) => defineStep({ id: 'step${index}', title: 't', phase: 'examine', ${needs}provides: [f${index}],`,
      `  async start(ctx, facts) { return ctx.done({ fact${index}: { id: ctx.key, size: options.margin ?? Object.keys(facts).length } }); } });`,
    ].join('\n');
  });
  const uses = Array.from({ length: steps }, (_, index) => `.use(s${index}({ margin: ${index} }))`);
  return `import { defineFact, defineStep, IncidentPipeline } from '@cordon/core';\nimport * as v from 'valibot';\n${definitions.join('\n')}\nexport const pipeline = IncidentPipeline.create('types')${uses.join('')};\nexport const unused = [defineFact, defineStep, v];\n`;
}

function checkSeconds(steps: number): number {
  const folder = mkdtempSync(join(process.cwd(), 'bench/.run-'));
  try {
    writeFileSync(join(folder, 'pipeline.ts'), source(steps));
    writeFileSync(
      join(folder, 'tsconfig.json'),
      JSON.stringify({
        extends: '../../tsconfig.base.json',
        compilerOptions: {
          noEmit: true,
          composite: false,
          declaration: false,
          emitDeclarationOnly: false,
          rootDir: '../..',
        },
        include: ['pipeline.ts', '../../types'],
      }),
    );
    const run = spawnSync('pnpm', ['exec', 'tsc', '-p', folder, '--extendedDiagnostics'], {
      encoding: 'utf8',
    });
    if (run.status !== 0) throw new Error(run.stdout);
    return Number(/Check time:\s+([\d.]+)s/.exec(run.stdout)?.[1]);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const median = (times: readonly number[]) =>
  times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)] ?? Number.NaN;
const none = median([0, 0, 0].map(checkSeconds));
const sixty = median([60, 60, 60].map(checkSeconds));
console.log(
  `type check, 60 steps in one chain: ${(sixty - none).toFixed(2)} s more than none (${sixty.toFixed(2)} s against ${none.toFixed(2)} s, medians of 3)`,
);
