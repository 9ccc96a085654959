import { Readable } from 'node:stream';
import { LimeWalker } from '@cordon/analysis';
import type { BaseContext, CommandResult, HostScript, RemoteHost } from '@cordon/core';
import {
  awsSessions,
  partBytes,
  planUpload,
  type StagedUpload,
  s3,
  s3Evidence,
  stagedUpload,
} from '@cordon/core/aws';
import { addBucket, createWorld } from '@cordon/testkit';
import { expect, it, onTestFinished } from 'vitest';
import { uploadParts } from '../../src/upload/upload-parts.js';

const MIB = 2 ** 20;
const SIZE_BYTES = 64 * 1024 * MIB;
const ACCOUNT = '999900001111';
const REGION = 'eu-west-1';
const STAGED = { bucket: 'cordon-staging', key: 'inc-1/mem.lime' };
const INCIDENT = 'inc-of-64-gib';

/** What this process holds beyond what it held at the beginning: looked at whenever somebody says so. */
function held() {
  const now = () => {
    const { heapUsed, external } = process.memoryUsage();
    return heapUsed + external;
  };
  const before = now();
  let most = 0;
  return {
    look: () => {
      most = Math.max(most, now() - before);
    },
    get mostBytes() {
      return most;
    },
  };
}

/** The two buckets, in which terabytes have room; whoever holds an object has to find that room himself. */
function buckets() {
  const world = createWorld();
  onTestFinished(() => world.dispose());
  const common = { account: ACCOUNT, region: REGION, content: 'sparse' as const };
  addBucket(world, STAGED.bucket, common);
  addBucket(world, 'cordon-evidence', { ...common, objectLock: { mode: 'GOVERNANCE', days: 30 } });
  const keys = world.account(ACCOUNT).credentials();
  const account = awsSessions({ clock: world.clock, credentials: async () => keys }).session({
    account: ACCOUNT,
    region: REGION,
    incidentId: INCIDENT,
  });
  return { account, evidence: s3Evidence({ account, bucket: 'cordon-evidence', clock: world.clock }) };
}

/** A range of physical memory that fills the file: its header, and zeros. */
function* dump(part: number): Generator<Uint8Array> {
  const zeros = Buffer.alloc(MIB);
  const header = Buffer.alloc(32);
  header.writeUInt32LE(0x4c694d45, 0);
  header.writeUInt32LE(1, 4);
  header.writeBigUInt64LE(BigInt(SIZE_BYTES - 32 - 1), 16);
  let left = partBytes(planUpload(SIZE_BYTES), part);
  if (part === 1) {
    yield header;
    left -= header.length;
  }
  for (; left > 0; left -= zeros.length) yield zeros.subarray(0, left);
}

type Stores = ReturnType<typeof buckets>;

const ENDED = { status: 'ended', exitCode: 0, stdout: '{"sent":"1"}', stderr: '', truncated: false } as const;

async function sendPart(account: Stores['account'], uploadId: string, part: number): Promise<void> {
  await account.call(s3.UploadPart, {
    Bucket: STAGED.bucket,
    Key: STAGED.key,
    UploadId: uploadId,
    PartNumber: part,
    Body: Readable.from(dump(part)),
    ContentLength: partBytes(planUpload(SIZE_BYTES), part),
  });
}

const contextFor = (look: () => void) =>
  ({
    notice: () => undefined,
    progress: look,
    makeOnce: (_: string, { make }: { make(): Promise<unknown> }) => make(),
  }) as unknown as BaseContext; // the rest is not touched

/** Uploads as the step does, from a host that is cut off once at 70 %; gives back the parts in the order they came. */
async function uploaded(account: Stores['account'], look: () => void) {
  const upload = stagedUpload(account, STAGED);
  const uploadId = await upload.begin();
  const plan = planUpload(SIZE_BYTES);
  const sent: number[] = [];
  const ends = new Map<string, CommandResult>();
  let wanted: readonly number[] = [];
  let cutAt = Math.round(plan.parts * 0.7);
  const watched: StagedUpload = {
    ...upload,
    sheet: (id, parts) => {
      wanted = parts;
      return upload.sheet(id, parts);
    },
  };
  const host = {
    async send(script: HostScript) {
      const todo = wanted.slice(0, cutAt - sent.length);
      for (const part of todo) {
        await sendPart(account, uploadId, part);
        sent.push(part);
        look();
      }
      const isCut = todo.length < wanted.length;
      if (isCut) cutAt = Number.POSITIVE_INFINITY;
      ends.set(script.name, { ...ENDED, end: isCut ? 'Failed' : 'Success' });
      return script.name;
    },
    result: async (id: string) => ends.get(id),
  } as unknown as RemoteHost; // the rest is not touched
  const ctx = contextFor(look);
  let standing: Parameters<typeof uploadParts>[1] | undefined = { sizeBytes: SIZE_BYTES, uploadId, round: 0 };
  while (standing !== undefined)
    standing = await uploadParts(ctx, standing, { host, upload: watched, directory: '/var/tmp' });
  await upload.complete(uploadId, plan);
  return { sent, plan };
}

it('takes a dump of 64 GiB from host to locked evidence and reads it, and holds next to nothing of it', async () => {
  const { account, evidence } = buckets();
  const memory = held();
  const { sent, plan } = await uploaded(account, memory.look);
  // Cut at 70 %, and not a part sent twice.
  expect(sent).toEqual(Array.from({ length: plan.parts }, (_, at) => at + 1));

  const artifact = await evidence.adopt(INCIDENT, {
    path: 'memory/mem.lime',
    source: STAGED,
    expected: { sizeBytes: SIZE_BYTES, sha256: 'a'.repeat(64) },
    mediaType: 'application/octet-stream',
    acquiredBy: 'suspect',
    origin: 'i-0f3a9c51d2b7e8460',
  });
  memory.look();
  const walker = new LimeWalker();
  let bytes = 0;
  for await (const chunk of evidence.open(artifact)) {
    walker.push(chunk);
    bytes += chunk.length;
    memory.look();
  }
  expect({ problem: walker.end(), bytes }).toEqual({ problem: undefined, bytes: SIZE_BYTES });
  // Of the 256 MB that the process may have, the larger part is the program's own.
  expect(memory.mostBytes).toBeLessThan(128 * MIB);
});
