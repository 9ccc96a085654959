import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';

const PLACES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** Where a browser is; tests that need one are skipped without, by name. */
export const CHROMIUM = PLACES.find((path) => existsSync(path));

const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--disable-dev-shm-usage',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** What a page did that a report must not do. */
export interface Misdeeds {
  /** Anything fetched besides the file itself. */
  readonly requests: string[];
  readonly errors: string[];
  readonly dialogs: string[];
}

/** A browser and the pages that lie in its folder. */
export class Reader {
  readonly #folder = mkdtempSync(join(tmpdir(), 'cordon-page-'));
  #pages = 0;

  private constructor(private readonly browser: Browser) {}

  static async launch(): Promise<Reader> {
    return new Reader(await chromium.launch({ executablePath: CHROMIUM ?? '', args: FLAGS }));
  }

  /** Opens a page; with JavaScript, when its script is ready. */
  async open(
    html: string,
    options: BrowserContextOptions = {},
  ): Promise<{ readonly page: Page; readonly misdeeds: Misdeeds }> {
    this.#pages += 1;
    const path = join(this.#folder, `report-${this.#pages}.html`);
    writeFileSync(path, html);
    const context = await this.browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
    const page = await context.newPage();
    const misdeeds: Misdeeds = { requests: [], errors: [], dialogs: [] };
    page.on('request', (request) => {
      if (request.url() !== `file://${path}`) misdeeds.requests.push(request.url());
    });
    page.on('pageerror', (error) => misdeeds.errors.push(error.message));
    page.on('dialog', (dialog) => {
      misdeeds.dialogs.push(dialog.message());
      void dialog.dismiss();
    });
    await page.goto(`file://${path}`);
    if (options.javaScriptEnabled !== false)
      await page.waitForSelector('html[data-ready]', { timeout: 15_000 });
    return { page, misdeeds };
  }

  async close(): Promise<void> {
    await this.browser.close();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
