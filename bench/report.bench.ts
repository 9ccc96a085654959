// The page with fifty thousand events in headless Chromium: how large, how soon ready, how fast it filters.
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { correlate, type ReportEvent, type ReportModel, renderReport } from '@cordon/analysis';
import type { Finding, Observation } from '@cordon/core';
import { chromium, type Page } from 'playwright-core';

const EVENTS = 50_000;
const RUNS = 7;
const EXECUTABLE = '/usr/bin/chromium';
const START = Date.parse('2026-11-06T00:00:00Z');
const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
];
const FLAGS_MORE = ['--disable-component-update', '--disable-sync', '--disable-dev-shm-usage'];

/** A generator of its own, so that every run measures the same page. */
let seed = 20_261_120;
function random(below: number): number {
  seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
  // The high bits: the low ones of such a generator repeat, and what repeats packs better than what is real.
  return Math.floor((seed / 2 ** 32) * below);
}

const address = () => `${1 + random(223)}.${random(256)}.${random(256)}.${random(256)}`;
const USERS = ['root', 'admin', 'deploy', 'ubuntu', 'oracle', 'test', 'git', 'postgres'];
const PATHS = ['/wp-login.php', '/xmlrpc.php', '/', '/wp-content/uploads/2026/11/cache.php', '/.env'];

/** As a public web server has them: guessing, requests, files, cron, and a few that are severe. */
function eventOf(index: number): ReportEvent {
  const at = new Date(START + index * 24_000 + random(20_000)).toISOString();
  const source = {
    artifact: 'disk/vol-0f1e2d3c4b5a69788.tar.gz',
    path: 'fs/var/log/auth.log',
    line: index + 1,
  };
  const user = USERS[random(USERS.length)] ?? '';
  const port = 1024 + random(64_000);
  const kinds: readonly Omit<ReportEvent, 'at' | 'source'>[] = [
    {
      kind: 'ssh.failed',
      what: 'Login failed',
      message: `Failed password for ${user} from ${address()} port ${port} ssh2`,
    },
    {
      kind: 'web.request',
      what: 'Request',
      message: `${address()} GET ${PATHS[random(PATHS.length)]} 200 ${random(90_000)}`,
    },
    {
      kind: 'file.modified',
      what: 'File modified',
      message: `/var/www/html/cache/${random(1e9).toString(36)}.php (${random(1e5)} bytes, mode 644)`,
    },
    {
      kind: 'cron.ran',
      what: 'Command run',
      message: `(${user}) CMD (/usr/lib/sysstat/debian-sa1 1 ${random(60)})`,
    },
  ];
  const severe = {
    kind: 'observation.x',
    what: 'Observed',
    message: `Something grave, number ${index}`,
    severity: 'high' as const,
  };
  return { ...(random(100) === 0 ? severe : (kinds[random(kinds.length)] ?? severe)), at, source };
}

const SUSPECT = {
  instanceId: 'i-0f3a9c51d2b7e8460',
  account: '111122223333',
  region: 'eu-west-1',
  partition: 'aws',
} as const;
const FINDING: Finding = {
  source: 'guardduty',
  id: 'bench',
  type: 'Backdoor:EC2/C&CActivity.B',
  title: 'Command and control server IP address queried by an instance.',
  description: '',
  severity: 8,
  band: 'high',
  sample: false,
  lastSeen: '2026-11-20T03:26:07.000Z',
  suspect: SUSPECT,
  remote: { addresses: ['203.0.113.66'], domains: [], ports: [4444] },
};

function model(): ReportModel {
  const observations: Observation[] = [];
  const events = Array.from({ length: EVENTS }, (_, index) => eventOf(index)).sort((a, b) =>
    a.at < b.at ? -1 : 1,
  );
  return {
    incidentId: 'bench',
    openedAt: '2026-11-20T03:36:00Z',
    generatedAt: '2026-11-20T05:00:00Z',
    finding: FINDING,
    suspect: SUSPECT,
    about: [],
    decision: { contained: 'yes', because: '', residualRisks: [], open: [], rotate: [], block: [], tell: [] },
    story: correlate(observations, FINDING),
    observations,
    events,
    evidence: [],
    acquisition: [],
    changes: [],
    steps: [],
    gaps: [],
    custody: { heads: {}, verifyCommand: '' },
  };
}

const median = (values: readonly number[]) =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;

/** Processor time of the page's main thread so far, in milliseconds: what a clock says too, where nobody else computes. */
async function threadTimer(page: Page): Promise<() => Promise<number>> {
  const devtools = await page.context().newCDPSession(page);
  await devtools.send('Performance.enable', { timeDomain: 'threadTicks' });
  return async () => {
    const { metrics } = await devtools.send('Performance.getMetrics');
    return (metrics.find(({ name }) => name === 'ThreadTime')?.value ?? Number.NaN) * 1000;
  };
}

const WORDS = ['failed', 'root', '203.0.113', 'cache.php', 'x', 'debian-sa1 1 4', ''];

/** Of the page's own measures; what a filter takes with chart, list and count, until the next frame is asked for. */
async function filterTimes(page: Page): Promise<readonly number[]> {
  for (const word of WORDS) await page.locator('#q').fill(word);
  const times: number[] = await page.evaluate(
    "performance.getEntriesByName('cordon:filter').map((entry) => entry.duration)",
  );
  // The first one is of the opening.
  return times.slice(1);
}

if (!existsSync(EXECUTABLE)) {
  console.log('report: not measured, there is no Chromium here');
} else {
  const folder = mkdtempSync(join(tmpdir(), 'cordon-bench-'));
  const began = performance.now();
  const html = renderReport(model());
  const made = performance.now() - began;
  const path = join(folder, 'report.html');
  writeFileSync(path, html);
  const browser = await chromium.launch({ executablePath: EXECUTABLE, args: [...FLAGS, ...FLAGS_MORE] });
  const [ready, first, later]: [number[], number[], number[]] = [[], [], []];
  const [readyThread, filterThread]: [number[], number[]] = [[], []];
  for (let run = 0; run < RUNS; run += 1) {
    const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
    const threadMs = await threadTimer(page);
    const before = await threadMs();
    await page.goto(`file://${path}`);
    await page.waitForSelector('html[data-ready]');
    ready.push(await page.evaluate("performance.getEntriesByName('cordon:ready')[0].startTime"));
    const opened = await threadMs();
    readyThread.push(opened - before);
    const [one = 0, ...others] = await filterTimes(page);
    filterThread.push(((await threadMs()) - opened) / WORDS.length);
    first.push(one);
    later.push(...others);
    await page.close();
  }
  await browser.close();
  rmSync(folder, { recursive: true, force: true });
  console.log(`report, ${EVENTS} events, size: ${(Buffer.byteLength(html) / 1e6).toFixed(2)} MB`);
  console.log(`report, written by Node in: ${made.toFixed(0)} ms`);
  console.log(
    `report, ready after: ${median(ready).toFixed(0)} ms (median of ${RUNS}, most ${Math.max(...ready).toFixed(0)})`,
  );
  console.log(
    `report, first filter: ${median(first).toFixed(1)} ms (median of ${RUNS}; texts are made for the search)`,
  );
  console.log(
    `report, every later filter: ${median(later).toFixed(1)} ms (median of ${later.length}, most ${Math.max(...later).toFixed(1)})`,
  );
  console.log(
    `report, processor time of the page's main thread: ${median(readyThread).toFixed(0)} ms until ready, ${median(filterThread).toFixed(1)} ms a filter (with what types the word)`,
  );
  console.log(`load of the machine meanwhile: ${loadavg()[0]?.toFixed(1)} on ${cpus().length} cores`);
}
