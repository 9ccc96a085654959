import { createHash } from 'node:crypto';
import type { Artifact, Bytes, EvidenceStore, PutArtifact } from '../../../src/engine/artifact.js';
import { StepFailure } from '../../../src/engine/failure.js';

async function collect(body: Bytes): Promise<Buffer> {
  if (typeof body === 'string') return Buffer.from(body);
  if (body instanceof Uint8Array) return Buffer.from(body);
  const chunks: Uint8Array[] = [];
  for await (const chunk of body) chunks.push(chunk);
  return Buffer.concat(chunks);
}

export interface MemoryEvidence extends EvidenceStore {
  /** What lies at a path, as text. */
  text(path: string): string | undefined;
  paths(): readonly string[];
}

/** Evidence in memory, with the store's own promise: a path keeps its first bytes, and other bytes are refused. */
export function memoryEvidence(): MemoryEvidence {
  const stored = new Map<string, { readonly artifact: Artifact; readonly bytes: Buffer }>();
  return {
    async put(incidentId: string, { body, ...put }: PutArtifact) {
      const bytes = await collect(body);
      const sha256 = createHash('sha256').update(bytes).digest('hex');
      const known = stored.get(put.path);
      if (known !== undefined && known.artifact.sha256 !== sha256)
        throw StepFailure.permanent('ARTIFACT_DIFFERS', `${put.path} is there with other bytes`);
      const uri = `memory:${incidentId}/${put.path}`;
      const artifact = { ...put, uri, sha256, sizeBytes: bytes.length, storedAt: '2026-11-20T04:00:00.000Z' };
      stored.set(put.path, { artifact, bytes });
      return artifact;
    },
    adopt: () => Promise.reject(StepFailure.permanent('NOT_HERE', 'nothing is uploaded in these tests')),
    async *open({ path }) {
      yield stored.get(path)?.bytes ?? Buffer.alloc(0);
    },
    check: async () => [],
    text: (path) => stored.get(path)?.bytes.toString(),
    paths: () => [...stored.keys()],
  };
}
