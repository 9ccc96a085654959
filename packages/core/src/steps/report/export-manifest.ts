import type { Artifact } from '../../engine/artifact.js';
import type { BaseContext } from '../../engine/context.js';
import { defineStep } from '../../engine/step.js';
import { attemptPath } from '../calls/attempt-path.js';
import { readableJson } from '../calls/json-bytes.js';
import {
  type CustodySnapshots,
  custodySnapshots,
  manifest,
  report,
  type Snapshots,
  snapshots,
} from '../facts.js';

interface ManifestFacts {
  readonly snapshots: Snapshots | undefined;
  readonly custodySnapshots: CustodySnapshots | undefined;
}

/** One line a file, as `sha256sum -c` reads it. Paths are of safe characters, by the store's rule. */
export function sha256Sums(artifacts: readonly Artifact[]): string {
  return [...artifacts]
    .sort((a, b) => (a.path < b.path ? -1 : 1))
    .map(({ sha256, path }) => `${sha256}  ${path}\n`)
    .join('');
}

/** Each path once: the journal may tell of an artifact twice when a step was asked again. */
function distinct<A extends Artifact>(artifacts: readonly A[]): readonly A[] {
  return [...new Map(artifacts.map((artifact) => [artifact.path, artifact])).values()];
}

function manifestOf(ctx: BaseContext, facts: ManifestFacts) {
  const { incident } = ctx;
  return {
    format: 'cordon-manifest/1',
    incident: incident.id,
    openedAt: incident.openedAt,
    createdAt: ctx.now().toISOString(),
    suspect: incident.suspect,
    finding: { id: incident.finding.id, type: incident.finding.type, source: incident.finding.source },
    // Who said that the suspect may be touched, and to which plan.
    decisions: incident.decisions(),
    planSha256: incident.planSha256,
    // Each with what it was taken with: versions, scripts, commands, rules, image.
    artifacts: distinct(incident.artifacts()),
    snapshots: facts.snapshots ?? [],
    // The copy under the security account's own key is what counts.
    custodySnapshots: facts.custodySnapshots ?? [],
    steps: incident.steps(),
    /** Last hash of every ledger at this moment; the manifest's own ledger goes on after it. */
    journal: incident.heads(),
  };
}

async function write(ctx: BaseContext, facts: ManifestFacts): Promise<Artifact> {
  const put = (file: string, mediaType: string, body: string) =>
    ctx.evidence.put({
      path: attemptPath(ctx, '', file),
      body,
      mediaType,
      acquiredBy: 'cordon',
      origin: ctx.incident.suspect.instanceId,
    });
  const listed = distinct(ctx.incident.artifacts());
  const artifact = await put('manifest.json', 'application/json', readableJson(manifestOf(ctx, facts)));
  await put('SHA256SUMS', 'text/plain', sha256Sums([...listed, artifact]));
  return artifact;
}

/** Writes the list of all evidence, with hashes, versions, custody snapshots and the journal's heads. Add it last. */
export function exportManifest() {
  return defineStep({
    id: 'report.manifest',
    title: 'Lists all evidence with its hashes',
    phase: 'report',
    wants: [report, snapshots, custodySnapshots],
    provides: [manifest],
    async start(ctx, facts) {
      return ctx.done({ manifest: { artifact: await write(ctx, facts) } });
    },
  });
}
