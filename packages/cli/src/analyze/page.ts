import {
  correlate,
  type ExportFile,
  exportFiles,
  type ProcessCollector,
  type ReportModel,
  renderReport,
  sortEvents,
} from '@cordon/analysis';
import { CORDON, type Finding } from '@cordon/core';
import { quoted } from '../commands/command-line.js';
import type { LocalEvidence } from './evidence.js';
import type { Results } from './results.js';

/** What stands where a finding would, when nobody gave one. */
export function standIn(name: string, at: string): Finding {
  return {
    source: 'manual',
    id: 'none',
    type: 'Analysis',
    title: `Analysis of ${name}`,
    description: '',
    severity: 0,
    band: 'low',
    sample: false,
    lastSeen: at,
    // Shown as text only: nothing looks for an instance of this name.
    suspect: { instanceId: 'unknown instance', account: 'unknown', region: 'unknown', partition: 'aws' },
    remote: { addresses: [], domains: [], ports: [] },
  };
}

export interface Page {
  readonly finding: Finding;
  readonly evidence: LocalEvidence;
  readonly results: Results;
  readonly processes: ProcessCollector;
  readonly acquiredAt: string;
  readonly generatedAt: string;
}

function evidenceRows({ evidence, acquiredAt }: Page): ReportModel['evidence'] {
  const sha256 = evidence.sha256();
  if (sha256 === undefined) return [];
  const { name, walk } = evidence;
  const sizeBytes = walk.bytesRead;
  const described = { mediaType: 'application/x-tar', acquiredBy: 'cordon', origin: name } as const;
  return [{ path: name, uri: name, sizeBytes, sha256, storedAt: acquiredAt, ...described }];
}

function acquisitionRows({ evidence, acquiredAt }: Page): ReportModel['acquisition'] {
  return [
    { label: 'Analysed', value: `${evidence.name} (${evidence.kind}), ${evidence.walk.files} files` },
    { label: 'Taken', value: acquiredAt },
  ];
}

/** What shows that the same evidence is still the same. */
function checkCommand({ name, kind }: LocalEvidence): string {
  if (kind !== 'tar') return `cordon analyze ${quoted(name)}`;
  return name.startsWith('s3://') ? `aws s3 cp ${quoted(name)} - | sha256sum` : `sha256sum ${quoted(name)}`;
}

function decisionOn(story: ReportModel['story']): ReportModel['decision'] {
  return {
    contained: 'unknown',
    because: 'This page was made from evidence alone: it does not know whether the instance is contained.',
    residualRisks: [],
    open: ['Whether the instance is contained: nothing is known of its network and its role'],
    rotate: story.users.map((user) => `The password and keys of ${user}, wherever else they are used`),
    block: story.addresses,
    tell: story.confidence < 0.5 ? [] : [{ label: 'The owner of the instance', value: 'it was broken into' }],
  };
}

/** The page of an analysis of evidence alone: of an incident it knows nothing, and says so. */
export function analysisPage(page: Page): string {
  const { finding, results, generatedAt } = page;
  const story = correlate(results.observations, finding);
  const processes = page.processes.tree(results.observations);
  const seen = results.events.map(({ at, kind, what, message, source }) => ({
    at,
    kind,
    what,
    message,
    source,
  }));
  return renderReport({
    incidentId: 'none',
    openedAt: page.acquiredAt,
    generatedAt,
    finding,
    suspect: finding.suspect,
    about: [{ label: 'Instance', value: finding.suspect.instanceId }],
    decision: decisionOn(story),
    story,
    ...(processes === undefined ? {} : { processes }),
    observations: results.observations,
    events: sortEvents(seen),
    evidence: evidenceRows(page),
    acquisition: acquisitionRows(page),
    changes: [],
    steps: [],
    gaps: results.notices.map(({ code, message, path }) => ({
      label: code,
      value: path === undefined ? message : `${path}: ${message}`,
    })),
    custody: { heads: {}, verifyCommand: checkCommand(page.evidence) },
  });
}

/** What other tools read. Of the instance's kin, evidence alone knows nothing. */
export function analysisExports({ finding, evidence, results, generatedAt }: Page): readonly ExportFile[] {
  const { account } = finding.suspect;
  return exportFiles({
    incidentId: evidence.name,
    finding,
    observations: results.observations,
    exportedAt: generatedAt,
    version: CORDON.version,
    account: /^\d{12}$/.test(account) ? account : undefined,
    kin: {},
  });
}
