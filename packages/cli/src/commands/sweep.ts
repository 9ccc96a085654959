import { type SweepOptions, type SweepResult, type SweptThing, sweep } from '@cordon/core/steps';
import { environmentOf } from '../config/environment.js';
import { loadConfig } from '../config/load-config.js';
import type { Console } from '../console.js';
import { EXIT } from '../exit-codes.js';
import { columns } from '../text/columns.js';
import { asciiJson, plainText } from '../text/plain-text.js';
import { counted } from '../text/units.js';
import { type Command, typed } from './command-line.js';

export interface SweepCommandOptions {
  readonly delete?: boolean | undefined;
  readonly incident?: readonly string[] | undefined;
  /** Hours. */
  readonly silent?: number | undefined;
  readonly approver: string;
  readonly reason: string;
  readonly all?: boolean | undefined;
  readonly json?: boolean | undefined;
}

type Shown = SweptThing['standing'] | 'deleted';

const shownAs = (thing: SweptThing): Shown => (thing.deleted === true ? 'deleted' : thing.standing);

/** What wants attention first. */
const ORDER: readonly Shown[] = ['suspicious', 'left-over', 'deleted', 'in-use', 'kept'];

function colourOf(shown: Shown, { paint }: Console): (text: string) => string {
  if (shown === 'suspicious') return paint.bad;
  if (shown === 'left-over') return paint.warn;
  return shown === 'deleted' ? paint.good : paint.faint;
}

function row(thing: SweptThing, console: Console): readonly string[] {
  const { kind, id, of, account, region, incident, why } = thing;
  const shown = shownAs(thing);
  const place = of === undefined ? id : `${id} of ${of}`;
  return [
    colourOf(shown, console)(shown),
    kind,
    plainText(place, 100),
    `${account} ${region}`,
    plainText(incident, 48),
    console.paint.faint(plainText(why, 160)),
  ];
}

function countsOf(things: readonly SweptThing[]): Readonly<Record<Shown, number>> {
  const counts = { suspicious: 0, 'left-over': 0, deleted: 0, 'in-use': 0, kept: 0 };
  for (const thing of things) counts[shownAs(thing)] += 1;
  return counts;
}

function tell(run: Command<SweepCommandOptions>, { things, troubles }: SweepResult): void {
  const { console, options } = run;
  const listed = things
    .filter(({ standing }) => options.all === true || standing !== 'kept')
    .toSorted((a, b) => ORDER.indexOf(shownAs(a)) - ORDER.indexOf(shownAs(b)));
  for (const line of columns(listed.map((thing) => row(thing, console)))) console.say(line);
  const counts = countsOf(things);
  if (counts.deleted > 0) console.remark(`${counted(counts.deleted, 'thing')} deleted.`);
  if (counts['left-over'] > 0)
    console.remark(
      options.delete === true
        ? `${counted(counts['left-over'], 'thing')} could not be deleted.`
        : `${counted(counts['left-over'], 'thing')} would be deleted by ${typed('sweep --delete', options)}.`,
    );
  if (counts.suspicious > 0)
    console.remark(
      `${counted(counts.suspicious, 'thing')} claim to be ours and stand in no journal: look who made them, nothing of it is ever deleted here.`,
    );
  for (const { incident, code, message } of troubles)
    console.remark(
      `${console.paint.bad(plainText(code, 60))}  ${plainText(incident, 48)}: ${plainText(message, 300)}`,
    );
  if (listed.length === 0 && troubles.length === 0) console.remark('Nothing is left over.');
}

function tellJson(console: Console, { things, troubles }: SweepResult): void {
  for (const thing of things) console.say(asciiJson({ type: 'thing', ...thing }));
  for (const trouble of troubles) console.say(asciiJson({ type: 'trouble', ...trouble }));
  console.say(asciiJson({ type: 'swept', ...countsOf(things), troubles: troubles.length }));
}

/** Scheduled, it is read by its exit code. */
function exitOf({ things, troubles }: SweepResult): number {
  if (troubles.length > 0) return EXIT.trouble;
  const counts = countsOf(things);
  return counts.suspicious + counts['left-over'] > 0 ? EXIT.incomplete : EXIT.complete;
}

/** Finds what dead runs have left in AWS, and deletes it when it is told to. */
export async function sweepCommand(run: Command<SweepCommandOptions>): Promise<number> {
  const { console, options } = run;
  const { approver, reason, silent, incident } = options;
  const config = await loadConfig(console.io.cwd, options.config);
  const scope: SweepOptions = {
    journal: config.journal,
    environment: await environmentOf(config),
    stagingBuckets: config.stagingBuckets ?? [],
    ...(silent === undefined ? {} : { silentFor: { hours: silent } }),
    ...(incident === undefined ? {} : { incidents: incident }),
    ...(options.delete === true ? { order: { approver, reason } } : {}),
  };
  const result = await sweep(scope);
  if (options.json === true) tellJson(console, result);
  else tell(run, result);
  return exitOf(result);
}
