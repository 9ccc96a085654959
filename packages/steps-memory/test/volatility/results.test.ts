import { execFileSync } from 'node:child_process';
import { Readable } from 'node:stream';
import { expect, it } from 'vitest';
import { readResults } from '../../src/volatility/results.js';
import { plant, privateRoot } from '../world/host-run.js';
import { psList } from './fake-vol.js';

it('tells of lists that nobody can read, and of those that have no end', async () => {
  const root = await privateRoot();
  await plant(root, {
    'volatility/PsList.json': JSON.stringify([psList(1, 'systemd')]),
    'volatility/Sockstat.json': '[{"PID": NaN}]',
    'volatility/Lsof.json': JSON.stringify(Array.from({ length: 200_001 }, () => ({}))),
  });
  const archive = execFileSync('tar', ['-c', '-C', root, 'volatility'], { maxBuffer: 2 ** 24 });
  const told: string[] = [];
  const found = await readResults(Readable.from([archive]), (plugin, what) =>
    told.push(`${plugin}: ${what}`),
  );
  expect(told.toSorted()).toEqual(['Lsof: too long', 'Sockstat: unreadable']);
  expect(found.get('PsList')).toHaveLength(1);
  expect(found.get('Sockstat')).toEqual([]);
  expect(found.get('Lsof')).toHaveLength(200_000);
});
