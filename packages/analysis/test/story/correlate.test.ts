import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { correlate } from '../../src/story/correlate.js';
import { incident, observation } from '../report/incident.js';

const { finding } = incident();
const seen = (rule: string, at: string | undefined, more = {}) => {
  const { at: _at, ...rest } = observation({ rule, title: rule, ...more });
  return at === undefined ? rest : { ...rest, at };
};

describe('the story', () => {
  it('is told in the order of an intrusion', () => {
    const story = correlate(
      [
        seen('process.command.miner', '2026-11-20T03:30:00.000Z', { entity: 'process:4242' }),
        seen('persistence.cron.reverse-shell.dev-tcp', '2026-11-20T03:02:00.000Z', {
          entity: 'file:/etc/cron.d/x',
        }),
        seen('log.ssh-brute-force-success', '2026-11-20T02:50:00.000Z', {
          techniques: ['T1110.001', 'T1078.003'],
        }),
        seen('log.ssh-brute-force', '2026-11-06T02:00:00.000Z', {
          severity: 'high',
          entity: 'ip:198.51.100.77',
          techniques: ['T1110.001'],
        }),
        seen('account.second-root', undefined, { entity: 'user:sysupd' }),
      ],
      finding,
    );
    expect(story.chapters.map(({ id, observations }) => [id, observations])).toEqual([
      ['entry', [3, 2]],
      ['persistence', [4]],
      ['control', [1]],
      ['impact', [0]],
    ]);
    expect(story.firstEntryAt).toBe('2026-11-20T02:50:00.000Z');
    expect(story.addresses).toEqual(['203.0.113.66', '198.51.100.77']);
    expect(story.users).toEqual(['deploy', 'sysupd']);
    expect(story.files).toEqual(['/etc/cron.d/x']);
  });

  it.each(['log.login-refused', 'acme.scan'])('takes no attempt for an entry: %s', (rule) => {
    const story = correlate(
      [
        seen(rule, '2026-11-20T02:09:01.000Z', {
          entity: 'ip:198.51.100.77',
          techniques: ['T1110.001', 'T1595'],
        }),
        seen('log.login-after-refusals', '2026-11-20T02:50:14.000Z', { techniques: ['T1110.001', 'T1078'] }),
      ],
      finding,
    );
    expect(story.firstEntryAt).toBe('2026-11-20T02:50:14.000Z');
  });

  it('tells in one sentence where an address was found', () => {
    const files = ['a', 'b', 'c'].map((name) =>
      seen('indicator.in-file', undefined, { entity: 'ip:203.0.113.66', title: name }),
    );
    const [chapter] = correlate(files, finding).chapters;
    expect(chapter?.sentences.map(({ text }) => text)).toEqual([
      '203.0.113.66, which the finding names, stands in 3 files',
    ]);
  });

  it('is empty and unsure when there is nothing but information', () => {
    const story = correlate([seen('file.setuid', undefined, { severity: 'info' })], finding);
    expect(story.chapters).toEqual([]);
    expect(story.confidence).toBeLessThan(0.2);
  });

  it('leaves no observation at low or above out, and tells none twice', () => {
    const any = fc.record({
      rule: fc.constantFrom(
        'log.x',
        'web.y',
        'acme.scan',
        'process.reverse-shell',
        'file.setuid',
        'shell.history-empty',
      ),
      severity: fc.constantFrom('info', 'low', 'medium', 'high', 'critical'),
      techniques: fc.array(fc.constantFrom('T1496', 'T1110', 'T9999')),
      confidence: fc.double({ min: 0, max: 1, noNaN: true }),
    });
    fc.assert(
      fc.property(fc.array(any), (all) => {
        const observations = all.map((each) => observation(each as Parameters<typeof observation>[0]));
        const story = correlate(observations, finding);
        const chapters = story.chapters.flatMap((chapter) => [...chapter.observations]);
        const members = [...chapters, ...story.aside].sort((a, b) => a - b);
        expect(members).toEqual(
          observations.flatMap(({ severity }, index) => (severity === 'info' ? [] : [index])),
        );
        expect(story.confidence).toBeLessThanOrEqual(0.99);
      }),
    );
  });
});
