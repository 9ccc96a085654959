import { spawnSync } from 'node:child_process';
import { evidenceDisksOf } from '@cordon/testkit/guest';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { examined } from '../src/examination.ts';
import { proofOf } from '../src/plants.ts';

describe('the examination of XFS on LVM, an ext4 that lost its power, and a hundred thousand links', () => {
  let ended: Awaited<ReturnType<typeof examined>>;

  beforeAll(async () => {
    ended = await examined();
    console.log(`guest: ${ended.notices.join('\nguest: ')}`);
  });

  afterAll(() => ended?.stage.world.dispose());

  it('ends complete', () => {
    expect(ended.prepared).toMatchObject({ exitCode: 0 });
    expect(ended.result.steps.filter(({ status }) => status !== 'succeeded')).toEqual([]);
  });

  it.each([
    {
      what: 'a reverse shell in cron, on XFS in a group that is called as the examiner’s own',
      rule: 'persistence.cron.',
      names: 'sysstat-update',
    },
    { what: 'a web shell that stands in the journal alone', rule: 'webshell.', names: 'cache.php' },
  ])('shows $what', (planted) => {
    expect(proofOf(planted, ended.observations)).toBeDefined();
  });

  it('says that it has replayed the journal, on an overlay', () => {
    expect(ended.notices).toContainEqual(expect.stringMatching(/^JOURNAL_REPLAYED: /));
  });

  it('leaves out nothing but by name', () => {
    expect(ended.notices.filter((said) => said.startsWith('NOT_MOUNTED'))).toEqual([]);
  });

  it('has not changed a byte of the evidence', () => {
    const disks = evidenceDisksOf(ended.stage.world);
    expect(disks).toHaveLength(3);
    const differs = (one: string, other: string) =>
      spawnSync('cmp', ['--silent', '--', one, other]).status !== 0;
    expect(disks.filter(({ from, disk }) => differs(from.file, disk.file))).toEqual([]);
  });
});
