import { createPublicKey } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import {
  type EvidenceStore,
  type Heads,
  type InspectableJournal,
  type Verification,
  verifyJournal,
} from '@cordon/core';
import { CliError } from '../cli-error.js';
import { evidenceOf, journalOf, type SourceOptions } from '../config/sources.js';
import type { Console } from '../console.js';
import { EXIT } from '../exit-codes.js';
import { assertIncidentId, noIncident } from '../incident/read-incident.js';
import { columns } from '../text/columns.js';
import { asciiJson, plainText } from '../text/plain-text.js';
import { counted } from '../text/units.js';
import type { Command } from './command-line.js';

export interface VerifyCommandOptions extends SourceOptions {
  readonly incident?: string | undefined;
  /** Heads that were written down elsewhere: `HASH`, or `LEDGER=HASH`. */
  readonly head?: readonly string[] | undefined;
  /** File with the public key, in PEM, that the heads were signed for. */
  readonly key?: string | undefined;
  readonly json?: boolean | undefined;
}

const HEAD = /^(?:([^=]+)=)?([0-9a-f]{64})$/;

function headOf(text: string): Heads {
  const [, ledger = 'run', hash] = HEAD.exec(text) ?? [];
  if (hash === undefined)
    throw new CliError('USAGE', {
      message: `--head ${plainText(text, 100)} is no hash of 64 hex digits`,
      advice: 'Give the head as a run ends with, or as it stands in Slack: HASH, or LEDGER=HASH.',
    });
  return { [ledger]: hash };
}

/** @throws CliError when the file holds no public key */
async function publicKeyIn(console: Console, file: string): Promise<string> {
  try {
    const text = await readFile(resolve(console.io.cwd, file), 'utf8');
    createPublicKey(text);
    return text;
  } catch {
    throw new CliError('USAGE', {
      message: `--key ${plainText(file, 200)} is no public key in PEM`,
      advice:
        'aws kms get-public-key gives it in DER: openssl pkey -pubin -inform DER -in key.der -out key.pem.',
    });
  }
}

const EXIT_OF: Readonly<Record<Verification['state'], number>> = {
  whole: EXIT.complete,
  open: EXIT.incomplete,
  broken: EXIT.trouble,
};

const COLOUR = { whole: 'good', open: 'warn', broken: 'bad' } as const;

function problemLines({ problems }: Verification, { paint }: Console): readonly string[] {
  return columns(
    problems.map(({ ledger, seq, code, message }) => [
      `    ${plainText(ledger, 80)} ${seq}`,
      paint.bad(plainText(code, 40)),
      plainText(message),
    ]),
  );
}

/** What was looked at, and what nobody asked to look at. */
function extentText(verification: Verification, evidence: EvidenceStore | undefined): string {
  const { entries, heads } = verification;
  const looked = evidence === undefined ? 'evidence not looked at' : 'evidence compared';
  return `${counted(entries, 'entry')} in ${counted(Object.keys(heads).length, 'ledger')}, ${looked}`;
}

function tell(console: Console, incident: string, verification: Verification, extent: string): void {
  const { paint } = console;
  const state = paint.strong(paint[COLOUR[verification.state]](verification.state));
  console.say(`${plainText(incident, 48)}  ${state}  ${paint.faint(extent)}`);
  const head = verification.heads['run'];
  if (head !== undefined) console.say(paint.faint(`    head of run ${plainText(head, 80)}`));
  for (const line of problemLines(verification, console)) console.say(line);
}

/** A journal that cannot even be opened says nothing about being whole. */
function assertThere(incident: string, verification: Verification): void {
  if (verification.entries === 0 && verification.problems.every(({ code }) => code === 'NOT_OPENED'))
    throw noIncident(incident);
}

interface Sources {
  readonly journal: InspectableJournal;
  readonly evidence: EvidenceStore | undefined;
  readonly anchors: readonly Heads[];
  readonly publicKey: string | undefined;
}

async function verifyOne(
  { console, options }: Command<VerifyCommandOptions>,
  incident: string,
  { journal, evidence, anchors, publicKey }: Sources,
): Promise<number> {
  assertIncidentId(incident);
  const verification = await verifyJournal(journal, incident, {
    anchors,
    ...(evidence === undefined ? {} : { evidence }),
    ...(publicKey === undefined ? {} : { publicKey }),
  });
  assertThere(incident, verification);
  if (options.json === true) console.say(asciiJson({ incident, ...verification }));
  else tell(console, incident, verification, extentText(verification, evidence));
  return EXIT_OF[verification.state];
}

/** The gravest: broken, then open. */
function gravest(codes: readonly number[]): number {
  if (codes.includes(EXIT.trouble)) return EXIT.trouble;
  return codes.includes(EXIT.incomplete) ? EXIT.incomplete : EXIT.complete;
}

/** Checks journals, and the evidence with them; names every entry that is not as it was written. */
export async function verifyCommand(run: Command<VerifyCommandOptions>): Promise<number> {
  const { console, options } = run;
  const anchors = (options.head ?? []).map(headOf);
  const journal = await journalOf(console, options);
  const incidents = options.incident === undefined ? await journal.list() : [options.incident];
  if (anchors.length > 0 && incidents.length !== 1)
    throw new CliError('USAGE', {
      message: '--head belongs to one incident',
      advice: 'Name the incident: cordon verify INCIDENT --head HASH.',
    });
  const publicKey = options.key === undefined ? undefined : await publicKeyIn(console, options.key);
  const sources = { journal, anchors, publicKey, evidence: await evidenceOf(console, options) };
  if (incidents.length === 0) console.remark('There is no incident in this journal.');
  const codes: number[] = [];
  for (const incident of incidents) codes.push(await verifyOne(run, incident, sources));
  return gravest(codes);
}
