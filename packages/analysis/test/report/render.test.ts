import { describe, expect, it } from 'vitest';
import type { TimelineEvent } from '../../src/engine/event.js';
import { reportOfIncident } from '../../src/report/from-incident.js';
import { renderReport } from '../../src/report/render.js';
import { hostileModel } from './hostile.js';
import { incident } from './incident.js';

const page = (overrides = {}, events: readonly TimelineEvent[] = []) =>
  renderReport(reportOfIncident(incident(overrides), { events }));

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
      'In short',
      'Rotate',
      'Block',
      'Tell',
      'Ways that containment does not close',
      'The case',
      'What happened',
      'First entry',
      'Timeline',
      'Processes',
      'Techniques',
      'Observations',
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
    const made = renderReport(hostileModel());
    expect(made).not.toContain('<img');
    expect(made.match(/<script/g)?.length).toBe(2);
    expect(made).not.toContain('\u202e');
    expect(made).not.toContain('\x1b');
  });
});
