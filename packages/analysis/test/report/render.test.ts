import { describe, expect, it } from 'vitest';
import type { TimelineEvent } from '../../src/engine/event.js';
import { reportOfIncident } from '../../src/report/from-incident.js';
import { renderReport } from '../../src/report/render.js';
import { CHROMIUM, domOf } from './chromium.js';
import { incident, observation } from './incident.js';

const page = (overrides = {}, events: readonly TimelineEvent[] = []) =>
  renderReport(reportOfIncident(incident(overrides), { events }));

const EVIL = `"><img src=x onerror="document.title='owned'"><script>document.title='owned'</script>\u202e\x1b[2J`;
const hostile = () => {
  const source = { artifact: EVIL, path: EVIL, line: 1 };
  const known = incident();
  return page(
    {
      finding: { ...known.finding, title: EVIL, type: EVIL, id: EVIL },
      observations: [
        observation({
          title: EVIL,
          excerpt: EVIL,
          entity: `file:${EVIL}`,
          rule: EVIL,
          reasons: [EVIL],
          techniques: [EVIL],
          evidence: [source],
        }),
        observation({ severity: 'info', title: EVIL }),
      ],
      steps: [{ id: EVIL, phase: 'contain', status: 'failed', reason: EVIL }],
      changes: [{ ...known.changes[0], resources: [EVIL], outcome: EVIL }],
      heads: { [EVIL]: EVIL },
    },
    [{ at: '2026-11-20T03:00:00Z', kind: `${EVIL}.x`, what: EVIL, message: EVIL, source }],
  );
};

describe('the report', () => {
  it('stands alone: nothing is fetched, and a policy allows only its own style and script', () => {
    const made = page();
    expect(made).toMatch(
      /content="default-src &#39;none&#39;; style-src &#39;sha256-[^ ]+&#39;; script-src &#39;sha256-/,
    );
    expect(made).not.toMatch(/\b(?:src|href)="(?!#)/);
    expect(made).not.toMatch(/ style="| on[a-z]+="/);
    expect(made).not.toContain('http://');
    expect(made.replace(/xmlns="[^"]*"/g, '')).not.toContain('https://');
  });

  it('has the answers in the order in which they are needed', () => {
    const made = page();
    const order = [
      'Contained',
      'Still open',
      'Residual risks',
      'Rotate',
      'Block',
      'What happened',
      'First entry',
      'Observations',
      'Timeline',
      'Evidence',
      'What the response changed',
      'Steps',
      'Failures and gaps',
      'Chain of custody',
    ];
    const places = order.map((text) => made.search(new RegExp(`<(?:h[23]|div)[^>]*>${text}<`)));
    expect(places.every((place) => place > 0)).toBe(true);
    expect([...places].sort((a, b) => a - b)).toEqual(places);
    expect(made).toContain('cordon verify inc-20261120-7b8e');
  });

  it('shows where each observation can be looked up', () => {
    expect(page()).toContain('disk/vol-1.tar.gz fs/var/log/auth.log:941');
  });

  it('shows hostile text as text', () => {
    const made = hostile();
    expect(made).not.toContain('<img');
    expect(made.match(/<script/g)?.length).toBe(2);
    expect(made).not.toContain('\u202e');
    expect(made).not.toContain('\x1b');
  });
});

describe.runIf(CHROMIUM !== undefined)('the report in a browser', () => {
  it('runs its own script under its policy, and nothing of the evidence', () => {
    const dom = domOf(hostile());
    expect(dom).not.toContain('<title>owned</title>');
    expect(dom).toMatch(/>\d+ of \d+</);
    expect(dom).toContain('class="row"');
  });

  it('stops a handler that got into the page all the same', () => {
    const injected = page().replace(
      '</main>',
      `<img src=x onerror="document.title='owned'"><script>document.title='owned'</script></main>`,
    );
    expect(domOf(injected)).not.toContain('<title>owned</title>');
  });

  it('takes 50,000 events, draws only those that are seen, and stays below 1.5 MB', () => {
    const events = Array.from(
      { length: 50_000 },
      (_, index): TimelineEvent => ({
        at: new Date(Date.parse('2026-11-19T00:00:00Z') + index * 1500).toISOString(),
        kind: ['ssh.failed', 'web.request', 'file.modified'][index % 3] ?? 'x',
        what: 'Event',
        message: `event number ${index} of 198.51.100.${index % 250}`,
        source: { artifact: 'disk/vol-1.tar.gz', path: 'fs/var/log/auth.log', line: index + 1 },
      }),
    );
    const made = page({}, events);
    expect(made.length).toBeLessThan(1_500_000);
    const dom = domOf(made);
    expect(dom).toMatch(/[\d]+ of 50000/);
    expect(dom.match(/class="row"/g)?.length ?? 0).toBeLessThan(60);
  }, 90_000);
});
