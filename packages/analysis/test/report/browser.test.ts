import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TimelineEvent } from '../../src/engine/event.js';
import { reportOfIncident } from '../../src/report/from-incident.js';
import { renderReport } from '../../src/report/render.js';
import { CHROMIUM, Reader } from './chromium.js';
import { EVIL, hostileModel } from './hostile.js';
import { incident, observation } from './incident.js';

const KINDS = ['ssh.failed', 'web.request', 'file.modified'] as const;

function eventsOf(count: number): readonly TimelineEvent[] {
  return Array.from({ length: count }, (_, index) => ({
    at: new Date(Date.parse('2026-11-19T08:00:00Z') + index * 1500).toISOString(),
    kind: KINDS[index % 3] ?? 'x',
    what: 'Event',
    message: `event number ${index} of 198.51.${(index * 7919) % 256}.${(index * 104_729) % 256} port ${(index * 31_337) % 65_536}`,
    source: { artifact: 'disk/vol-1.tar.gz', path: 'fs/var/log/auth.log', line: index + 1 },
  }));
}

const page = (events: readonly TimelineEvent[] = eventsOf(30)) =>
  renderReport(reportOfIncident(incident(), { events }));

describe.skipIf(CHROMIUM === undefined)('the report in Chromium', () => {
  let reader: Reader;
  beforeAll(async () => {
    reader = await Reader.launch();
  });
  afterAll(() => reader?.close());

  const visible = "() => document.querySelectorAll('#list .row').length";

  it('runs nothing of hostile evidence, fetches nothing, and shows it as text', async () => {
    const { page: tab, misdeeds } = await reader.open(renderReport(hostileModel()));
    await tab.locator('#q').fill('onerror');
    await tab.locator('#list').focus();
    await tab.keyboard.press('ArrowDown');
    expect(await tab.locator('#detail').textContent()).toContain('<script>owned()</script>');
    expect(await tab.title()).toContain('<script>owned()</script>');
    expect(await tab.locator('img, svg, main script:not([type]), iframe, object').count()).toBe(0);
    expect(misdeeds).toEqual({ requests: [], errors: [], dialogs: [] });
  });

  it('stops a handler and a script that got into the page all the same', async () => {
    const injected = page().replace(
      '</main>',
      '<img src="data:," onerror="window.owned=1"><script>window.owned=1</script><a id="j" href="javascript:window.owned=1">x</a></main>',
    );
    const { page: tab } = await reader.open(injected);
    await tab.locator('#j').click();
    expect(await tab.evaluate('typeof window.owned')).toBe('undefined');
  });

  it('filters by words, by lane and by severity', async () => {
    const { page: tab } = await reader.open(page());
    const count = () => tab.locator('#count').textContent();
    await tab.locator('#whole').click();
    expect(await count()).toBe('36 of 36 events');
    await tab.locator('#q').fill('NUMBER auth.log:8');
    expect(await count()).toBe('1 of 36 events');
    await tab.locator('#q').fill('auth.log:12');
    expect(await count()).toBe('1 of 36 events');
    await tab.locator('#q').fill('event');
    await tab.getByRole('button', { name: 'ssh', exact: true }).click();
    expect(await count()).toBe('20 of 36 events');
    await tab.locator('#q').fill('');
    await tab.locator('#least').selectOption('4');
    expect(await count()).toBe('1 of 36 events');
    expect(await tab.locator('#list .row .message').textContent()).toContain('after 460 failed attempts');
  });

  it('works with the keyboard alone', async () => {
    const { page: tab } = await reader.open(page());
    await tab.keyboard.press('Tab');
    expect(await tab.evaluate('document.activeElement.textContent')).toBe('Skip to the decision');
    await tab.keyboard.press('/');
    await tab.keyboard.type('event');
    await tab.keyboard.press('Escape');
    expect(await tab.locator('#q').inputValue()).toBe('');
    await tab.keyboard.type('460 failed');
    await tab.keyboard.press('ArrowDown');
    await tab.keyboard.press('ArrowDown');
    expect(await tab.locator('#list').getAttribute('aria-activedescendant')).toBe('event-0');
    expect(await tab.locator('#detail').textContent()).toContain('disk/vol-1.tar.gz fs/var/log/auth.log:941');
    await tab.locator('#chart').focus();
    const before = await tab.locator('#status').textContent();
    await tab.keyboard.press('+');
    expect(await tab.locator('#status').textContent()).not.toBe(before);
    await tab.keyboard.press('0');
    expect(await tab.locator('#status').textContent()).toContain('2026-11-19 08:00:00 to');
  });

  it('zooms to what is drawn over the chart', async () => {
    const { page: tab } = await reader.open(page());
    await tab.locator('#whole').click();
    const box = await tab.locator('#chart .u-over').boundingBox();
    if (box === null) throw new Error('the chart has a place');
    const y = box.y + box.height / 2;
    await tab.mouse.move(box.x + box.width * 0.5, y);
    await tab.mouse.down();
    await tab.mouse.move(box.x + box.width - 2, y, { steps: 4 });
    await tab.mouse.up();
    const [count = ''] = (await tab.locator('#count').textContent())?.split(' ') ?? [];
    expect(Number(count)).toBeGreaterThan(0);
    expect(Number(count)).toBeLessThanOrEqual(6);
  });

  it('opens the observation that a sentence of the story points to', async () => {
    const { page: tab } = await reader.open(page());
    expect(await tab.locator('#o0').getAttribute('open')).toBeNull();
    await tab.locator('#story a[href="#o0"]').click();
    // The page hears of the jump after the click.
    await tab.locator('#o0[open]').waitFor();
  });

  it('takes 50,000 events, draws only those that are seen, and stays below 1.5 MB', async () => {
    const made = page(eventsOf(50_000));
    expect(Buffer.byteLength(made)).toBeLessThan(1_500_000);
    const { page: tab, misdeeds } = await reader.open(made);
    await tab.locator('#whole').click();
    expect(await tab.locator('#count').textContent()).toBe('50,000 of 50,000 events');
    await tab.locator('#list').focus();
    await tab.keyboard.press('End');
    expect(await tab.locator('#list [aria-selected=true] .message').textContent()).toContain(
      'event number 49999',
    );
    expect(await tab.evaluate(`(${visible})()`)).toBeLessThan(60);
    expect(misdeeds.errors).toEqual([]);
  });

  it('is whole without JavaScript, and on paper', async () => {
    const { page: plain } = await reader.open(page(), { javaScriptEnabled: false });
    expect(await plain.locator('#static').isVisible()).toBe(true);
    expect(await plain.locator('#controls').isVisible()).toBe(false);
    expect(await plain.locator('#static').textContent()).toContain('after 460 failed attempts');
    const { page: tab } = await reader.open(page());
    await tab.emulateMedia({ media: 'print' });
    await tab.evaluate("dispatchEvent(new Event('beforeprint'))");
    expect(await tab.locator('#static').isVisible()).toBe(true);
    expect(await tab.locator('#changes table').isVisible()).toBe(true);
    for (const id of ['#controls', '#chart', '#list', 'nav'])
      expect(await tab.locator(id).isVisible()).toBe(false);
  });

  it.each([390, 820, 1280])(
    'is never wider than a screen of %d pixels, whatever the evidence says',
    async (width) => {
      const { page: tab } = await reader.open(renderReport(hostileModel()), {
        viewport: { width, height: 800 },
      });
      expect(await tab.evaluate('document.documentElement.scrollWidth - innerWidth')).toBeLessThanOrEqual(0);
    },
  );

  it('is ready, and opens what a link points to, where there is no event at all', async () => {
    const model = reportOfIncident(incident());
    const { page: tab } = await reader.open(renderReport({ ...model, events: [] }));
    expect(await tab.locator('#chart').isVisible()).toBe(false);
    await tab.locator('#story a[href="#o0"]').click();
    // The page hears of the jump after the click.
    await tab.locator('#o0[open]').waitFor();
  });

  it('is dark where the reader’s screen is', async () => {
    const shade = async (colorScheme: 'light' | 'dark') => {
      const { page: tab } = await reader.open(page(), { colorScheme });
      return tab.evaluate('getComputedStyle(document.body).backgroundColor');
    };
    expect(await shade('dark')).not.toBe(await shade('light'));
  });

  it('says in the page what it says in an event, with control characters made visible', async () => {
    const made = renderReport(
      reportOfIncident(incident({ observations: [observation({ title: EVIL })] }), { events: [] }),
    );
    const { page: tab } = await reader.open(made);
    const title = (await tab.locator('#o0 .t').textContent()) ?? '';
    expect(title).toContain('\\u202e\\u001b[2J');
    expect(await tab.locator('#list').textContent()).toContain('\\u202e\\u001b[2J');
  });
});
