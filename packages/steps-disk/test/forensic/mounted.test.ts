import fc from 'fast-check';
import { expect, it } from 'vitest';
import { mountedVolumes } from '../../src/forensic/mounted.js';

const VOLUME = 'vol-0123456789abcdef0';
const VOLUMES = [
  { sourceVolumeId: 'vol-s', volumeId: VOLUME, device: '/dev/sdf', attached: true, createdAt: '' },
];

const word = fc.stringMatching(/^[A-Za-z0-9_.:, /-]{0,30}$/);
const place = fc.stringMatching(/^[a-z0-9]{1,12}$/).map((name) => `/mnt/evidence/${VOLUME}/${name}`);

it('reads back what the script prints, in its order', () => {
  const mount = fc.record({ partition: word, filesystem: word, path: place });
  const failure = fc.record({ partition: word, reason: word });
  fc.assert(
    fc.property(fc.array(mount), fc.array(failure), (mounts, notMounted) => {
      const answer = {
        mounts: mounts.map((one) => `${VOLUME}|${one.partition}|${one.filesystem}|${one.path};`).join(''),
        failed: notMounted.map((one) => `${VOLUME}|${one.partition}|${one.reason};`).join(''),
        replayed: '',
      };
      expect(mountedVolumes(answer, VOLUMES)).toEqual([
        { sourceVolumeId: 'vol-s', volumeId: VOLUME, mounts, notMounted },
      ]);
    }),
  );
});

it('gives no path that is not right below the evidence of its own volume’s kind, whatever it is told', () => {
  const hostile = fc.oneof(
    fc.string(),
    fc.constantFrom(
      '/',
      '/mnt/evidence',
      `/mnt/evidence/${VOLUME}`,
      `/mnt/evidence/${VOLUME}/../../../etc`,
      `/mnt/evidence/${VOLUME}/a b`,
    ),
    place,
  );
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.constantFrom(VOLUME, '', 'vol-x'), hostile)), (records) => {
      const mounts = records.map(([volume, path]) => `${volume}|p|ext4|${path};`).join('');
      for (const { mounts: found } of mountedVolumes({ mounts, failed: mounts, replayed: '' }, VOLUMES))
        for (const { path } of found) expect(path).toMatch(/^\/mnt\/evidence\/vol-[0-9a-f]+\/[a-z0-9]+$/);
    }),
  );
});
