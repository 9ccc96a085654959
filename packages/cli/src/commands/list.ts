import { type Duration, type Entry, type InspectableJournal, systemClock } from '@cordon/core';
import { journalOf, type SourceOptions } from '../config/sources.js';
import type { Console } from '../console.js';
import { EXIT } from '../exit-codes.js';
import { readIncident } from '../incident/read-incident.js';
import { type RunModel, runsOf } from '../model/run-model.js';
import { columns } from '../text/columns.js';
import { asciiJson, plainText } from '../text/plain-text.js';
import { durationText } from '../text/units.js';
import type { Command } from './command-line.js';
import { overdueCommand } from './list-overdue.js';

export interface ListCommandOptions extends SourceOptions {
  readonly json?: boolean | undefined;
  /** Only suspects that are not contained so long after their finding was accepted. */
  readonly overdue?: Duration | undefined;
}

/** One incident of a list; a journal that cannot be read is listed as what it is. */
interface Listed {
  readonly incident: string;
  readonly state: string;
  readonly openedAt?: number | undefined;
  readonly instanceId?: string;
  readonly account?: string;
  readonly region?: string;
  readonly type?: string;
  readonly title?: string;
}

function stateOf(runs: readonly RunModel[]): string {
  const [own] = runs;
  const released = runs.some(
    ({ prefix, outcome }) => prefix.startsWith('release-') && outcome === 'complete',
  );
  return released ? 'released' : (own?.outcome ?? 'open');
}

function listed(incident: string, entries: readonly Entry[]): Listed {
  const runs = runsOf(entries);
  const finding = runs[0]?.opened?.finding;
  const state = stateOf(runs);
  if (finding === undefined) return { incident, state };
  const { suspect, type, title } = finding;
  const { instanceId, account, region } = suspect;
  return { incident, state, openedAt: runs[0]?.openedAt, instanceId, account, region, type, title };
}

async function look(journal: InspectableJournal, incident: string): Promise<Listed> {
  try {
    return listed(incident, await readIncident(journal, incident));
  } catch (error) {
    return { incident, state: 'damaged', title: error instanceof Error ? error.message : String(error) };
  }
}

function colourOf(state: string, { paint }: Console): (text: string) => string {
  if (state === 'complete' || state === 'released') return paint.good;
  return state === 'failed' || state === 'damaged' ? paint.bad : paint.warn;
}

function row(one: Listed, console: Console): readonly string[] {
  const { incident, state, openedAt, instanceId = '', account = '', region = '', type, title } = one;
  const age = openedAt === undefined ? '' : `${durationText(systemClock.now().getTime() - openedAt)} ago`;
  return [
    plainText(incident, 48),
    colourOf(state, console)(state),
    plainText(instanceId, 24),
    plainText(`${account} ${region}`.trim(), 40),
    age,
    console.paint.faint(plainText(type ?? title ?? '', 60)),
  ];
}

/** Lists the journal's incidents, the youngest first. */
export async function listCommand(run: Command<ListCommandOptions>): Promise<number> {
  const { console, options } = run;
  if (options.overdue !== undefined) return overdueCommand(run, options.overdue);
  const journal = await journalOf(console, options);
  const all = await Promise.all((await journal.list()).map((incident) => look(journal, incident)));
  const sorted = all.toSorted((a, b) => (b.openedAt ?? 0) - (a.openedAt ?? 0));
  if (options.json === true) for (const one of sorted) console.say(asciiJson(one));
  else if (sorted.length === 0) console.remark('There is no incident in this journal.');
  else for (const line of columns(sorted.map((one) => row(one, console)))) console.say(line);
  return EXIT.complete;
}
