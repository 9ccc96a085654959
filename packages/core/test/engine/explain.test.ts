import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { compileOrThrow } from '../../src/engine/compile.js';
import { explain, plan } from '../../src/engine/explain.js';
import { defineFact } from '../../src/engine/fact.js';
import { defineGuard } from '../../src/engine/guard.js';
import { IncidentPipeline } from '../../src/engine/pipeline.js';
import { planDigest } from '../../src/engine/plan-digest.js';
import { defineStep } from '../../src/engine/step.js';

const disk = defineFact('disk', v.object({ sizeGiB: v.number() }));

const inspect = defineStep({
  id: 'inspect',
  title: 'Looks',
  phase: 'protect',
  harmless: true,
  provides: [disk],
  start: async (ctx) => ctx.done({ disk: { sizeGiB: 1 } }),
});

const isolate = (version: number) =>
  defineStep({
    id: 'isolate',
    title: 'Isolates',
    version,
    phase: 'contain',
    wants: [disk],
    provides: [],
    actions: { suspect: ['ec2:ModifyNetworkInterfaceAttribute'] },
    effect: {
      summary: 'The instance loses its network.',
      reversible: 'partly',
      manual: ['aws ec2 modify-network-interface-attribute --network-interface-id ENI --groups GROUP'],
    },
    estimate: ({ disk: seen }) => [
      seen === undefined
        ? { what: 'a copy', basis: '$0.05 a GiB' }
        : {
            what: `a copy of ${seen.sizeGiB} GiB`,
            usd: seen.sizeGiB * 0.05,
            time: { hours: 3 },
            basis: 'list',
          },
      { what: 'the copy kept', usdPerMonth: 5.4, basis: 'list' },
    ],
    start: async (ctx) => ctx.done({}),
  });

const guard = defineGuard({
  id: 'guard.owner',
  title: 'Asks',
  onFailure: 'refuse',
  check: async (ctx) => ctx.allow('fine'),
});

const pipeline = (version = 1) => IncidentPipeline.create('t').use(inspect).use(guard).use(isolate(version));

describe('a plan as a person reads it', () => {
  it('says for each step when it starts, what it does, whether it can be undone, and what to type by hand', () => {
    const text = explain(plan(pipeline()));
    expect(text).toContain('Wave 2 (contain)\n  isolate: Isolates (at most 5 minutes)');
    expect(text).toContain('    only if   guard.owner say yes');
    expect(text).toContain('    suspect   The instance loses its network. (reversible: partly)');
    expect(text).toContain(
      '    by hand   aws ec2 modify-network-interface-attribute --network-interface-id ENI',
    );
    expect(text).toContain('    suspect   ec2:ModifyNetworkInterfaceAttribute');
  });

  it('tells what it takes, and all together, by what is known beforehand', () => {
    const unknown = explain(plan(pipeline()));
    expect(unknown).toContain('    costs     a copy: nothing worth telling ($0.05 a GiB)');
    expect(unknown).toContain('all steps together: $5.40 a month while it is kept');
    const known = explain(plan(pipeline(), { disk: { sizeGiB: 100 } }));
    expect(known).toContain('    costs     a copy of 100 GiB: $5.00, about 3 h (list)');
    expect(known).toContain('all steps together: $5.00 and $5.40 a month while it is kept');
  });

  it('tells what one incident takes of its host, to the hundredth of a cent where it is less than one', () => {
    const host = [
      { what: '90 calls', usd: 0.0012, basis: 'list' },
      { what: '240 transitions', usd: 0.02, basis: 'list' },
    ];
    const text = explain(plan(pipeline()), host);
    expect(text).toMatch(
      /Estimate\n {2}all steps together: .*\n {2}90 calls: \$0\.0012 \(list\)\n {2}240 transitions: \$0\.02 \(list\)\n {2}the host in all: \$0\.02$/,
    );
  });

  it('is not stopped by a step that cannot tell', () => {
    const throwing = {
      ...isolate(1),
      run: {
        ...isolate(1).run,
        estimate: () => {
          throw new Error('no');
        },
      },
    };
    const steps = [{ step: throwing, after: [] }];
    expect(plan(IncidentPipeline.fromSteps('t', steps))[0]?.estimates).toEqual([]);
  });
});

describe("a plan's digest", () => {
  const digest = (of: Parameters<typeof compileOrThrow>[0]) => planDigest(compileOrThrow(of));

  it('is the same for the same plan, and another for another step, order or version', () => {
    expect(digest(pipeline())).toBe(digest(pipeline()));
    const others = [
      pipeline(2),
      IncidentPipeline.create('t').use(inspect).use(isolate(1)),
      IncidentPipeline.create('u').use(inspect).use(guard).use(isolate(1)),
      IncidentPipeline.create('t').use(guard).use(inspect).use(isolate(1)),
    ];
    expect(new Set([pipeline(), ...others].map(digest)).size).toBe(5);
  });
});
