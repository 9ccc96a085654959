import { crashHere } from '../simulated-process.js';
import type { Breach } from './breach.js';
import { COMMANDS, surplus } from './census.js';
import { type Ended, endingOf } from './trial.js';
import type { Trials } from './trials.js';

interface Said {
  readonly code: string;
  /** `when 'start' runs twice with the same key`. */
  readonly when: string;
}

/** What there is more of than after the calm run, and whether the step still came to its end. */
export function againstCalm(
  { step }: Trials,
  { code, when }: Said,
  { ended, calm }: { readonly ended: Ended; readonly calm: Ended },
): readonly Breach[] {
  const more = surplus(ended.census, calm.census).map(({ what, text }) =>
    what === COMMANDS
      ? { code: 'SENT_TWICE', message: `${when}, there are ${text}: put what they change behind 'once'` }
      : { code, message: `${when}, there are ${text}` },
  );
  const ending = endingOf(step, ended);
  if (ending === 'succeeded' || endingOf(step, calm) !== 'succeeded') return more;
  return [...more, { code: 'LOST_AFTER_FAULT', message: `${when}, it does not succeed (${ending})` }];
}

/** The process dies when `start` has done everything and nothing of it is on record. */
function startTwice(trials: Trials): Promise<Ended> {
  let killed = false;
  return trials.run({
    arrange: ({ probe }) => {
      probe.conduct = async (from, work) => {
        const value = await work();
        if (from !== 'start' || killed) return value;
        killed = true;
        return crashHere("killed after 'start'");
      };
    },
  });
}

/** Each poll is made twice, as when its process dies before its answer is on record. */
function pollTwice(trials: Trials): Promise<Ended> {
  return trials.run({
    arrange: ({ probe }) => {
      probe.conduct = async (from, work) => {
        if (from === 'poll') await work();
        return work();
      };
    },
  });
}

/** Runs in which `start`, where nothing recovers it, and `poll` are called twice. */
export async function repetitionBreaches(trials: Trials, calm: Ended): Promise<readonly Breach[]> {
  const breaches: Breach[] = [];
  if (trials.step.run.recover === undefined) {
    const when = "when 'start' runs twice with the same key and nothing recovers it";
    const ended = await startTwice(trials);
    breaches.push(...againstCalm(trials, { code: 'MADE_TWICE', when }, { ended, calm }));
  }
  if (calm.trial.probe.begun.has('poll')) {
    const when = "when 'poll' runs twice with the same ticket";
    const ended = await pollTwice(trials);
    breaches.push(...againstCalm(trials, { code: 'POLL_NOT_REPEATABLE', when }, { ended, calm }));
  }
  return breaches;
}
