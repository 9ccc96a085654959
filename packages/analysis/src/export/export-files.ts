import type { Finding, Observation } from '@cordon/core';
import { withoutSecrets } from '../report/secrets.js';
import { correlate, type Story } from '../story/correlate.js';
import { asffRequests } from './asff.js';
import type { ExportFile } from './export-file.js';
import { huntFiles } from './hunt/hunt-files.js';
import type { Kin } from './hunt/hunt-model.js';
import { indicatorsCsv, indicatorsOf } from './indicators.js';
import { navigatorLayer } from './navigator.js';
import { ocsfLine } from './ocsf.js';
import { stixBundle } from './stix.js';

/** What the files for others are made of. */
export interface ExportInput {
  readonly incidentId: string;
  readonly finding: Finding;
  /** All of them, of every analysis. */
  readonly observations: readonly Observation[];
  /** ISO 8601, UTC: when it was exported. */
  readonly exportedAt: string;
  /** Version of Cordon. */
  readonly version: string;
  /** The account whose Security Hub takes the findings; undefined: nobody knows, and there are none. */
  readonly account?: string | undefined;
  readonly kin: Kin;
}

/** An intruder looks around before anybody sees him. */
const LOOK_BACK_MS = 30 * 24 * 3_600_000;

/** Observations, indicators and hunts in the formats of other tools; `timeline.jsonl` and the page are made apart. */
export function exportFiles(input: ExportInput): readonly ExportFile[] {
  const { finding, observations, incidentId, exportedAt } = input;
  const story = correlate(observations, finding, { ownAddresses: input.kin.ownAddresses });
  const indicators = indicatorsOf(story, observations, finding);
  const hunt = { incidentId, indicators, since: sinceOf(story, input), kin: input.kin };
  return [
    lines(
      'observations.jsonl',
      observations.map((observation) => `${JSON.stringify(observation)}\n`),
    ),
    ...findingsOf(input),
    json('attack-navigator.json', navigatorLayer(observations, incidentId)),
    json('indicators.stix.json', stixBundle(indicators, { incidentId, createdAt: exportedAt })),
    { file: 'indicators.csv', mediaType: 'text/csv', body: indicatorsCsv(indicators) },
    ...huntFiles(hunt),
  ];
}

/** Findings leave for tools that many may read; `observations.jsonl` is evidence, and keeps everything. */
function redacted(observation: Observation): Observation {
  const { title, excerpt, reasons } = observation;
  return {
    ...observation,
    title: withoutSecrets(title),
    ...(excerpt === undefined ? {} : { excerpt: withoutSecrets(excerpt) }),
    ...(reasons === undefined ? {} : { reasons: reasons.map(withoutSecrets) }),
  };
}

function findingsOf({ finding, incidentId, exportedAt, version, account, ...rest }: ExportInput) {
  const observations = rest.observations.map(redacted);
  const common = { finding, incidentId, observedAt: exportedAt };
  const ocsf = observations.map((observation) => ocsfLine(observation, { ...common, version }));
  return [
    lines('findings.ocsf.jsonl', ocsf),
    ...(account === undefined
      ? []
      : [lines('findings.asff.jsonl', asffRequests(observations, { ...common, account }))]),
  ];
}

function sinceOf({ firstEntryAt }: Story, { finding, exportedAt }: ExportInput): string {
  const known = [firstEntryAt, finding.firstSeen, finding.lastSeen, exportedAt].flatMap((at) =>
    at === undefined || Number.isNaN(Date.parse(at)) ? [] : [Date.parse(at)],
  );
  return new Date((known[0] ?? 0) - LOOK_BACK_MS).toISOString();
}

function lines(file: string, all: readonly string[]): ExportFile {
  return { file, mediaType: 'application/x-ndjson', body: all.join('') };
}

function json(file: string, value: object): ExportFile {
  return { file, mediaType: 'application/json', body: `${JSON.stringify(value, null, 2)}\n` };
}
