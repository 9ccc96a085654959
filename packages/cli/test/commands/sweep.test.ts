import { fileURLToPath } from 'node:url';
import { addVolume, volumesOf } from '@cordon/testkit';
import { afterAll, describe, expect, it } from 'vitest';
import { main } from '../../src/main.js';
import { fakeIo } from '../world/fake-io.js';
import { security, world } from '../world/swept.config.js';

const CONFIG = fileURLToPath(new URL('../world/swept.config.ts', import.meta.url));

async function cordon(...words: readonly string[]) {
  const { io, stdout, stderr } = fakeIo({ cwd: '/', kind: 'pipe' });
  const exit = await main([...words, '--config', CONFIG], io);
  return { exit, stdout: stdout.text(), stderr: stderr.text() };
}

const there = () =>
  volumesOf(security)
    .all()
    .filter(({ state, tags }) => state !== 'deleting' && state !== 'deleted' && tags.has('cordon:incident'));

afterAll(() => world.dispose());

describe('cordon sweep', () => {
  it('shows what is left over and deletes it only when it is told to', async () => {
    const [volume] = there();
    const looked = await cordon('sweep');
    expect(looked.stdout).toMatch(
      new RegExp(
        `^left-over +volume +${volume?.id} +999900001111 eu-west-1 +inc-careless-1 +made for the examination\n$`,
      ),
    );
    expect(looked.stderr).toMatch(/^1 thing would be deleted by cordon sweep --delete/);
    expect(looked.exit).toBe(3);
    expect(there()).toHaveLength(1);

    const swept = await cordon('sweep', '--delete', '--json');
    const lines = swept.stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines).toMatchObject([
      { type: 'thing', kind: 'volume', id: volume?.id, deleted: true },
      { type: 'swept', deleted: 1, 'left-over': 0, suspicious: 0, troubles: 0 },
    ]);
    expect(swept.exit).toBe(0);
    expect(there()).toEqual([]);
    expect(await cordon('sweep')).toMatchObject({ exit: 0, stdout: '', stderr: 'Nothing is left over.\n' });
  });

  it('names what claims to be ours, harmless for the terminal, and fails the schedule that called it', async () => {
    const tags = { 'cordon:incident': 'inc-\u001b[31mforged', 'cordon:lifetime': 'examination' };
    const volume = addVolume(security, { tags });
    const { exit, stdout, stderr } = await cordon('sweep', '--delete');
    expect(stdout).toMatch(new RegExp(`^suspicious +volume +${volume.id} .*there is no such incident`));
    expect(stdout).not.toContain('\u001b');
    expect(stderr).toContain('stand in no journal');
    expect(exit).toBe(3);
    expect(volumesOf(security).peek(volume.id)?.state).toBe('available');
  });

  it('is told in the help what it deletes and what its exit codes say', async () => {
    const { exit, stdout } = await cordon('sweep', '--help');
    expect(exit).toBe(0);
    expect(stdout).toContain('--delete');
    expect(stdout).toContain('Exit codes: 0 nothing is left over');
  });
});
