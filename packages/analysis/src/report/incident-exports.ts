import type { Artifact, Observation } from '@cordon/core';
import type { ReportModel as IncidentModel } from '@cordon/core/steps';
import { tarReader } from '../evidence/tar-reader.js';
import type { ExportFile } from '../export/export-file.js';
import { exportFiles } from '../export/export-files.js';
import { observationsOf } from '../results/result-lines.js';
import { bodyfileOf } from '../timeline/bodyfile-collector.js';
import { ownAddressesOf } from './from-incident.js';
import type { EvidenceOpener } from './incident-report.js';

/** More observations tell nobody more; the artifacts of the analyses have them. */
const MAX_OBSERVATIONS = 200_000;
/** Collections are read once more for their lists of files, which lie at their end; a step has ten minutes. */
const MAX_COLLECTED_BYTES = 4 * 1024 ** 3;

/** What other tools read: observations, indicators, hunts and a bodyfile. */
export async function incidentExports(
  model: IncidentModel,
  evidence: EvidenceOpener,
): Promise<readonly ExportFile[]> {
  const { incidentId, finding, facts, generatedAt, accounts } = model;
  const files = exportFiles({
    incidentId,
    finding,
    observations: await allObservations(model, evidence),
    exportedAt: generatedAt,
    version: versionOf(model),
    account: accounts.security,
    kin: {
      imageId: facts.instance?.imageId,
      launchTemplate: facts.instance?.launchTemplate,
      autoScalingGroup: facts.instance?.autoScalingGroup,
      roleName: facts.instance?.roleName,
      ownAddresses: ownAddressesOf(model),
    },
  });
  const collected = (facts.collections ?? []).map(({ artifact }) => artifact);
  if (collected.length === 0) return files;
  return [...files, { file: 'bodyfile.txt', mediaType: 'text/plain', body: bodyfiles(collected, evidence) }];
}

/** The journal keeps the worst of each analysis; its artifact has all. */
async function allObservations(
  { facts, observations }: IncidentModel,
  evidence: EvidenceOpener,
): Promise<readonly Observation[]> {
  const all = new Map(observations.map((observation) => [identityOf(observation), observation]));
  for (const analysis of [facts.liveAnalysis, facts.diskAnalysis, facts.memoryAnalysis]) {
    if (analysis === undefined) continue;
    const room = MAX_OBSERVATIONS - all.size;
    for (const each of await observationsOf(evidence.open(analysis.artifact), room))
      all.set(identityOf(each), each);
  }
  return [...all.values()];
}

function identityOf({ rule, entity, at = '', title, evidence }: Observation): string {
  const [proof] = evidence;
  return JSON.stringify([
    rule,
    entity,
    at,
    title,
    proof?.artifact,
    proof?.path,
    proof?.line,
    proof?.offsetBytes,
  ]);
}

function versionOf({ artifacts }: IncidentModel): string {
  return artifacts.flatMap(({ acquiredWith }) => acquiredWith?.cordon.version ?? []).at(-1) ?? 'unknown';
}

/** `mactime` skips lines that begin with `#`. */
async function* bodyfiles(
  collections: readonly Artifact[],
  evidence: EvidenceOpener,
): AsyncGenerator<Uint8Array> {
  let left = MAX_COLLECTED_BYTES;
  for (const artifact of collections) {
    left -= artifact.sizeBytes;
    if (left < 0) {
      yield Buffer.from(`# not read, too large: ${artifact.path}\n`);
      continue;
    }
    yield Buffer.from(`# ${artifact.path}\n`);
    try {
      yield* bodyfileOf(tarReader(evidence.open(artifact)));
    } catch {
      yield Buffer.from(`# could not be read to its end: ${artifact.path}\n`);
    }
  }
}
