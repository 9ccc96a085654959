import { copyFile, mkdtemp, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type CliProcess, type Ended, type Spawning, startCli } from './installed-cli.js';

export const FINDING = fileURLToPath(
  new URL('../../../core/test/fixtures/findings/c2-activity.eventbridge.json', import.meta.url),
);

/** A folder of its own with a configuration and no incidents yet. */
export interface Scene {
  readonly cwd: string;
  /** Holds journal and evidence. */
  readonly incidents: string;
  start(words: readonly string[], more?: Partial<Spawning>): CliProcess;
  run(words: readonly string[], more?: Partial<Spawning>): Promise<Ended>;
  /** The one incident that there is. */
  incident(): Promise<string>;
}

export async function makeScene(project: string): Promise<Scene> {
  const cwd = await mkdtemp(join(project, 'scene-'));
  const incidents = join(cwd, 'incidents');
  await copyFile(
    fileURLToPath(new URL('./cordon.config.ts', import.meta.url)),
    join(cwd, 'cordon.config.ts'),
  );
  const start: Scene['start'] = (words, { env = {}, ...more } = {}) =>
    startCli(project, words, { cwd, ...more, env: { INCIDENTS: incidents, ...env } });
  return {
    cwd,
    incidents,
    start,
    run: (words, more) => start(words, more).ended,
    async incident() {
      const [first = '', ...others] = (await readdir(incidents)).filter((name) => name.startsWith('inc-'));
      if (first === '' || others.length > 0) throw new Error(`one incident, not ${others.length + 1}`);
      return first;
    },
  };
}
