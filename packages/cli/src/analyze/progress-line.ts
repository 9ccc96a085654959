import cliTruncate from 'cli-truncate';
import { createLogUpdate } from 'log-update';
import type { Console } from '../console.js';
import { type Pace, paced } from '../model/pace.js';
import { counted } from '../text/units.js';
import { reporterKind } from '../view/make-reporter.js';
import { foundText } from '../view/observations.js';
import { paceText } from '../view/step-row.js';
import type { LocalEvidence } from './evidence.js';
import type { Results } from './results.js';

const EVERY_MS = 150;

/** One line that tells how far an analysis is; nothing where nobody looks. Returns what ends it. */
export function showProgress(console: Console, evidence: LocalEvidence, results: Results): () => void {
  if (reporterKind(console, {}) !== 'live') return () => undefined;
  const draw = createLogUpdate(console.io.stdout);
  let pace: Pace | undefined;
  const timer = setInterval(() => {
    const { files, bytesRead: done, totalBytes: total } = evidence.walk;
    const now = Date.now();
    if (total !== undefined) pace = paced(pace, { step: '', done, total, unit: 'bytes' }, now);
    const parts = [
      pace === undefined ? '' : paceText(pace, now),
      counted(files, 'file'),
      foundText(results.observations, console),
    ];
    draw(cliTruncate(`  ${parts.filter((part) => part !== '').join('  ')}`, console.width - 1));
  }, EVERY_MS);
  return () => {
    clearInterval(timer);
    draw.clear();
    draw.done();
  };
}
