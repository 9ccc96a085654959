import { describe, expect, it } from 'vitest';
import { correlate } from '../../src/story/correlate.js';
import { weave } from '../../src/story/ties.js';
import { incident, observation } from '../report/incident.js';

const { finding } = incident();
const low = (title: string, more = {}) =>
  observation({
    rule: 'acme.x',
    title,
    severity: 'medium',
    entity: 'file:/srv/nothing',
    confidence: 0.6,
    ...more,
  });

describe('what belongs together', () => {
  const observations = [
    observation({
      techniques: ['T1059.004'],
      entity: 'process:4707',
      title: 'bash (4707) is connected to 203.0.113.66:4444',
      severity: 'high',
    }),
    observation({
      techniques: ['T1059.004'],
      entity: 'process:4707',
      title: 'A shell',
      excerpt: '/var/tmp/.x/sh: sh',
      severity: 'high',
    }),
    low('A program in /var/tmp/.x/sh', { at: undefined }),
    low('A guess at the door from 192.0.2.200', { at: '2026-11-01T00:00:00.000Z', entity: 'ip:192.0.2.200' }),
    low('An odd file', { at: '2026-11-20T02:55:00.000Z', entity: 'file:/srv/other' }),
  ];

  it('is followed from what the finding names, step by step', () => {
    const { linked, ties } = weave(observations, finding);
    expect([...linked].sort()).toEqual([0, 1, 2]);
    expect(ties.map(({ trait, named, observations: all }) => [trait, named, all])).toEqual([
      ['ip:203.0.113.66', true, [0]],
      ['endpoint:203.0.113.66:4444', true, [0]],
      ['process:4707', false, [0, 1]],
      ['file:/var/tmp/.x/sh', false, [1, 2]],
    ]);
  });

  it('leaves aside what is of another time and has nothing in common, and keeps what is of the same', () => {
    const story = correlate(observations, finding);
    expect(story.aside).toEqual([3]);
    expect(story.chapters.flatMap((chapter) => chapter.observations)).toContain(4);
  });

  it('never leaves aside what is grave', () => {
    const grave = {
      ...observations[3],
      severity: 'high' as const,
      rule: 'acme.y',
      title: 'x',
      entity: 'a:b',
    };
    const made = observation({ ...grave, techniques: [], evidence: [] });
    expect(correlate([...observations, made], finding).aside).toEqual([3]);
  });

  it('says of what the finding names and nobody saw that it was seen nowhere', () => {
    const { ties } = weave([], { ...finding, remote: { ...finding.remote, domains: ['evil.example'] } });
    expect(ties).toEqual([
      { trait: 'ip:203.0.113.66', named: true, observations: [] },
      { trait: 'endpoint:203.0.113.66:4444', named: true, observations: [] },
      { trait: 'domain:evil.example', named: true, observations: [] },
    ]);
  });

  it('finds the domain of the finding in any text, with what is below it, and in no other name', () => {
    const named = { ...finding, remote: { ...finding.remote, domains: ['Evil.example'] } };
    const seen = [
      'curl http://evil.example/x',
      'c2.EVIL.example.',
      'notevil.example',
      'evil.example-not.org',
    ].map((excerpt, index) =>
      observation({ title: 'Odd', severity: 'low', entity: `file:/srv/${index}`, excerpt, evidence: [] }),
    );
    expect(weave(seen, named).linked).toEqual(new Set([0, 1]));
  });

  it('takes no longer than it must where thirty thousand share one address', () => {
    const many = Array.from({ length: 30_000 }, (_, index) =>
      observation({ entity: `file:/srv/${index}`, title: 'x 203.0.113.66', severity: 'low', evidence: [] }),
    );
    expect(weave(many, finding).linked.size).toBe(30_000);
  });

  it('is not tied by what every host has: its shells, its own address, root', () => {
    const common = ['/usr/bin/bash', '127.0.0.1', '10.20.3.44', '/etc/passwd'].join(' ');
    const others = [observation({ title: `one ${common}`, entity: 'user:root', evidence: [] })].concat(
      low(`two ${common}`, { entity: 'user:root', evidence: [] }),
    );
    expect(weave(others, finding, { ownAddresses: ['10.20.3.44'] }).linked).toEqual(new Set([0]));
    const digest = `SHA-256 of the program: ${'ab'.repeat(32)}`;
    const shells = [1, 2].map((pid) =>
      observation({
        entity: `process:${pid}`,
        excerpt: '/usr/bin/bash: bash -i',
        reasons: [digest],
        evidence: [],
      }),
    );
    expect(weave(shells, finding).ties.map(({ trait }) => trait)).not.toContain(`sha256:${'ab'.repeat(32)}`);
  });

  it('counts several rules about one thing as one sign', () => {
    const once = correlate([observation({ confidence: 0.6 })], finding).confidence;
    const thrice = correlate(
      [1, 2, 3].map((n) => observation({ rule: `r${n}`, confidence: 0.6 })),
      finding,
    );
    expect(thrice.confidence).toBe(once);
    const others = correlate(
      [1, 2, 3].map((n) => observation({ entity: `user:u${n}`, confidence: 0.6 })),
      finding,
    );
    expect(others.confidence).toBeGreaterThan(once);
  });
});
