import { createLogUpdate } from 'log-update';
import type { RunModel } from '../model/run-model.js';
import { framesOf } from './frame.js';
import { follow, type Reporter, type ReporterOptions } from './reporter.js';

const FRAME_MS = 120;
const FALLBACK_ROWS = 24;

/** A drawing that fails must not take the incident with it. */
function overAndOver(show: () => void): NodeJS.Timeout {
  const timer = setInterval(() => {
    try {
      show();
    } catch {
      clearInterval(timer);
    }
  }, FRAME_MS);
  return timer;
}

/** Draws the runs over and over in the same place, never more than the window holds. */
export function liveReporter({ console, clock }: ReporterOptions): Reporter {
  const { stdout } = console.io;
  const draw = createLogUpdate(stdout);
  const models: RunModel[] = [];
  let tick = 0;

  function show(): void {
    tick += 1;
    const { width, paint, symbols } = console;
    // One line for the cursor, one so that nothing scrolls while the window is made smaller.
    const height = Math.max(4, (stdout.rows ?? FALLBACK_ROWS) - 2);
    const canvas = { width: width - 1, height, paint, symbols };
    draw(
      ['', ...framesOf(models, { ...canvas, height: height - 1 }, { now: clock.now().getTime(), tick })].join(
        '\n',
      ),
    );
  }

  const timer = overAndOver(show);
  return {
    watch(events) {
      const followed = follow(events, clock);
      models.push(followed);
      return followed;
    },
    note(line) {
      draw.persist(line);
    },
    close() {
      clearInterval(timer);
      draw.clear();
      draw.done();
    },
  };
}
