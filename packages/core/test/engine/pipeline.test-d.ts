import { defineFact, defineStep, IncidentPipeline, type SuspectContext } from '@cordon/core';
import * as v from 'valibot';
import { describe, expectTypeOf, it } from 'vitest';
import type { Checked } from '../../src/engine/pipeline-check.js';

const instance = defineFact('instance', v.object({ id: v.string() }));
const instanceAsText = defineFact('instance', v.string());
const snapshots = defineFact('snapshots', v.array(v.string()));
const page = defineFact('page', v.string());

const inspect = defineStep({
  id: 'inspect',
  title: 'Looks',
  phase: 'protect',
  provides: [instance],
  start: async (ctx) => ctx.done({ instance: { id: 'i' } }),
});
const snapshot = defineStep({
  id: 'disk.snapshots',
  title: 'Takes snapshots',
  phase: 'capture',
  needs: [instance],
  provides: [snapshots],
  start: async (ctx, facts) => ctx.done({ snapshots: [facts.instance.id] }),
});
const timeline = defineStep({
  id: 'disk.timeline',
  title: 'Reads times',
  phase: 'examine',
  needs: [snapshots],
  wants: [page],
  provides: [],
  start: async (ctx, facts) => {
    expectTypeOf(facts.page).toEqualTypeOf<string | undefined>();
    return ctx.done({});
  },
});

type HaveOf<P> = P extends IncidentPipeline<infer H> ? H : never;
const empty = IncidentPipeline.create('test');
const inspected = empty.use(inspect);
const captured = inspected.use(snapshot);

describe('the builder', () => {
  it('accepts steps whose facts are there', () => {
    expectTypeOf<Checked<typeof timeline, HaveOf<typeof captured>>>().toEqualTypeOf<typeof timeline>();
    captured.use(timeline, { after: ['inspect'] });
  });

  it('says which step is missing', () => {
    expectTypeOf<
      Checked<typeof timeline, HaveOf<typeof inspected>>
    >().toEqualTypeOf<"step 'disk.timeline' needs 'snapshots': add a step that provides it before this one">();
    // @ts-expect-error the sentence above
    inspected.use(timeline);
  });

  it('refuses a second provider', () => {
    const other = defineStep({
      id: 'acme.inspect',
      title: 'Looks too',
      phase: 'protect',
      provides: [instance],
      start: async (ctx) => ctx.done({ instance: { id: 'i' } }),
    });
    expectTypeOf<
      Checked<typeof other, HaveOf<typeof inspected>>
    >().toEqualTypeOf<"step 'acme.inspect' provides 'instance', which an earlier step already provides">();
  });

  it('refuses another type under the same name', () => {
    const clash = defineStep({
      id: 'acme.text',
      title: 'Wants text',
      phase: 'capture',
      needs: [instanceAsText],
      provides: [],
      start: async (ctx) => ctx.done({}),
    });
    expectTypeOf<
      Checked<typeof clash, HaveOf<typeof inspected>>
    >().toEqualTypeOf<"step 'acme.text' needs another type of 'instance' than the pipeline has">();
  });

  it('refuses the same id twice', () => {
    expectTypeOf<
      Checked<typeof inspect, HaveOf<typeof inspected>>
    >().toEqualTypeOf<"step 'inspect' is in the pipeline already: give it another id">();
  });

  it('refuses a fact that an earlier step has wanted', () => {
    const late = defineStep({
      id: 'acme.page',
      title: 'Too late',
      phase: 'examine',
      provides: [page],
      start: async (ctx) => ctx.done({ page: '' }),
    });
    const wanting = captured.use(timeline);
    expectTypeOf<
      Checked<typeof late, HaveOf<typeof wanting>>
    >().toEqualTypeOf<"step 'acme.page' provides 'page', which an earlier step wants: add it before that step">();
  });

  it('refuses a fact of a later phase', () => {
    const early = defineStep({
      id: 'acme.early',
      title: 'Impatient',
      phase: 'contain',
      wants: [snapshots],
      provides: [],
      start: async (ctx) => ctx.done({}),
    });
    expectTypeOf<
      Checked<typeof early, HaveOf<typeof captured>>
    >().toEqualTypeOf<"step 'acme.early' of phase 'contain' cannot wait for 'snapshots', which comes from a later phase">();
  });

  it('lets containment and report only want', () => {
    const needy = defineStep({
      id: 'acme.contain',
      title: 'Needy',
      phase: 'contain',
      needs: [instance],
      provides: [],
      start: async (ctx) => ctx.done({}),
    });
    expectTypeOf<
      Checked<typeof needy, HaveOf<typeof inspected>>
    >().toEqualTypeOf<"step 'acme.contain' of phase 'contain' must run whatever failed before, so it may only want 'instance': move it from needs to wants">();
  });
});

describe('a step', () => {
  it('gets the suspect itself only where it may touch it', () => {
    defineStep({
      id: 'a',
      title: 'Captures',
      phase: 'capture',
      provides: [],
      start: async (ctx) => {
        expectTypeOf(ctx.suspect).toEqualTypeOf<SuspectContext['suspect']>();
        return ctx.done({});
      },
    });
    defineStep({
      id: 'b',
      title: 'Examines',
      phase: 'examine',
      provides: [],
      start: async (ctx) => {
        // @ts-expect-error no suspect in examine
        ctx.suspect;
        return ctx.done({});
      },
    });
  });

  it('must give all its facts', () => {
    defineStep({
      id: 'c',
      title: 'Forgets',
      phase: 'examine',
      provides: [snapshots],
      // @ts-expect-error snapshots is missing
      start: async (ctx) => ctx.done({}),
    });
  });

  it('gets back what before has saved', () => {
    defineStep({
      id: 'd',
      title: 'Contains',
      phase: 'contain',
      provides: [],
      saves: v.object({ groups: v.array(v.string()) }),
      before: async () => ({ groups: ['sg-1'] }),
      start: async (ctx) => {
        expectTypeOf(ctx.before).toEqualTypeOf<{ groups: string[] }>();
        return ctx.done({});
      },
      undo: async (_ctx, before) => {
        expectTypeOf(before).toEqualTypeOf<{ groups: string[] }>();
        return [];
      },
    });
  });
});
