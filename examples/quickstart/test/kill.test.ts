import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isDeepStrictEqual } from 'node:util';
import { fileJournal, verifyJournal } from '@cordon/core';
import { Random, startDriver } from '@cordon/testkit';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bundledText } from '../../../scripts/bundled-text.ts';
import { simulation } from '../src/simulation.ts';
import { census } from './census.ts';
import type { KillResult, KillTask } from './kill-driver.ts';

/** How many kills, and how many of them in the same incident: `KILLS=30 KILLS_EACH=3`. */
const KILLS = Number(process.env['KILLS'] ?? '2');
const KILLS_EACH = Number(process.env['KILLS_EACH'] ?? '2');
const SEED = process.env['KILL_SEED'] ?? 'kills';

/** Longest life after the message. */
const LATEST_MS = 10;

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

const REQUIRE =
  "import { createRequire as cordonRequire } from 'node:module'; const require = cordonRequire(import.meta.url);";

let folder = '';
let module = '';

/** The driver and all it needs as JavaScript, so that plain Node runs it. */
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cordon-kill-'));
  module = join(folder, 'kill-driver.mjs');
  await build({
    entryPoints: [here('./kill-driver.ts')],
    outdir: folder,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    splitting: true,
    platform: 'node',
    format: 'esm',
    target: 'node22',
    tsconfig: here('../../../tsconfig.base.json'),
    loader: { '.sh': 'text', '.yml': 'text' },
    plugins: [bundledText],
    banner: { js: REQUIRE },
  });
});

afterAll(() => rm(folder, { recursive: true, force: true }));

/**
 * A number of messages, counted over all drivers of an incident, and how long the driver still lives after it: between
 * messages it writes its journal.
 */
interface Moment {
  readonly message: number;
  readonly laterMs: number;
}

/** An incident whose driver is killed at these moments, until one ends by itself. */
async function killedAt(incidentId: string, moments: readonly Moment[]) {
  const scene = await simulation({ visibilityLagSeconds: 8 });
  const { finding, deployment, reach } = scene;
  const directory = join(folder, incidentId);
  const task: KillTask = { incidentId, directory, finding, deployment, reach };
  let messages = 0;
  let killed = 0;
  try {
    for (;;) {
      let doomed = false;
      const driver = startDriver(scene.world, {
        module,
        task,
        onMessage: (_, driver) => {
          messages += 1;
          const moment = moments[killed];
          if (doomed || moment === undefined || messages < moment.message) return;
          doomed = true;
          setTimeout(() => driver.kill(), moment.laterMs);
        },
      });
      const { signal, exit, result } = await driver.ended;
      if (signal === 'SIGKILL') {
        killed += 1;
        continue;
      }
      await scene.world.clock.advance(600_000);
      const { evidence } = scene.environment;
      const { state, problems } = await verifyJournal(fileJournal({ directory }), incidentId, { evidence });
      const counts = await census(scene, incidentId);
      // What kill-driver.ts returns.
      return { messages, killed, exit, ended: { result: result as KillResult, counts, state, problems } };
    }
  } finally {
    await scene.world.dispose();
  }
}

/** In the life of an incident that takes so many messages when nobody kills it. */
function momentsOf(random: Random, { count, messages }: { count: number; messages: number }) {
  const moments = Array.from({ length: count }, () => ({
    message: random.integer(1, messages),
    laterMs: random.integer(0, LATEST_MS),
  }));
  return moments.toSorted((a, b) => a.message - b.message);
}

describe('an incident whose process is killed at any moment', () => {
  it('ends as if it had not been', { timeout: 7_200_000 }, async () => {
    const whole = await killedAt('inc-kill-none', []);
    expect(whole).toMatchObject({
      exit: 0,
      killed: 0,
      ended: { result: { outcome: 'complete', unsettled: [] }, state: 'whole', problems: [] },
    });
    const random = new Random(SEED);
    const wrong: object[] = [];
    for (let done = 0; done < KILLS; done += KILLS_EACH) {
      const count = Math.min(KILLS_EACH, KILLS - done);
      const moments = momentsOf(random, { count, messages: whole.messages });
      const again = await killedAt(`inc-kill-${done}`, moments);
      const is = { exit: again.exit, killed: again.killed, ended: again.ended };
      if (!isDeepStrictEqual(is, { exit: 0, killed: count, ended: whole.ended }))
        wrong.push({ moments, ...is });
    }
    expect(wrong).toEqual([]);
  });
});
