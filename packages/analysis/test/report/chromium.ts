import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const PLACES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** Where a browser is; tests that need one are skipped without. */
export const CHROMIUM = PLACES.find((path) => existsSync(path));

/** The page's DOM after its script has run, as a real browser sees it. */
export function domOf(page: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'cordon-page-'));
  try {
    const path = join(folder, 'report.html');
    writeFileSync(path, page);
    const flags = [
      '--headless',
      '--no-sandbox',
      '--disable-gpu',
      '--disable-dev-shm-usage',
      `--user-data-dir=${folder}/profile`,
      '--virtual-time-budget=4000',
      '--dump-dom',
    ];
    return execFileSync(CHROMIUM ?? '', [...flags, `file://${path}`], {
      encoding: 'utf8',
      maxBuffer: 256 * 1024 * 1024,
      stdio: ['ignore', 'pipe', 'ignore'],
      timeout: 60_000,
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
