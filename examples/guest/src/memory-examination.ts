import { createHash } from 'node:crypto';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { IncidentPipeline } from '@cordon/core';
import { cleanup, detachFromAutoScaling, inspect, isolate, verifyContainment } from '@cordon/core/steps';
import { diskSnapshots, forensicAttach, shareSnapshots } from '@cordon/steps-disk';
import { limeDump, liveTriage, memoryAnalysis, type SymbolTable, volatility } from '@cordon/steps-memory';
import { DEMO } from '@cordon/testkit';
import { webServerImage } from './image.ts';
import type { GuestScene } from './scene.ts';
import { symbolTableOf } from './volatility.ts';

/** The table of the suspect's kernel, in the bucket from which a deployment hands them out. */
async function publishedTable({ world }: GuestScene): Promise<SymbolTable> {
  const image = await webServerImage();
  const bytes = await symbolTableOf(image);
  const key = `symbols/${image.kernelRelease}.json.gz`;
  const credentials = world.account(DEMO.securityAccount).credentials();
  const s3 = new S3Client({ region: DEMO.region, credentials });
  await s3.send(new PutObjectCommand({ Bucket: DEMO.moduleBucket, Key: key, Body: bytes }));
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  return { bucket: DEMO.moduleBucket, key, sha256, kernel: image.kernelRelease };
}

/** Of the step's own, those that tell of processes: each takes half a minute where QEMU plays the processor. */
const PLUGINS = ['PsList', 'PsAux', 'ProcessSpoofing', 'Sockstat'];

/** Memory, from the suspect to what is seen in it: read by volatility on the forensic instance. */
export async function memoryExamination(scene: GuestScene) {
  const { stagingBucket, modules, forensic } = scene.deployment;
  const symbols = [await publishedTable(scene)];
  return IncidentPipeline.create('memory')
    .use(inspect())
    .use(diskSnapshots())
    .use(detachFromAutoScaling())
    .use(isolate())
    .use(verifyContainment())
    .use(liveTriage({ stagingBucket }))
    .use(limeDump({ destination: 'upload', stagingBucket, modules }))
    .use(shareSnapshots())
    .use(forensicAttach(forensic))
    .use(volatility({ stagingBucket, symbols, plugins: PLUGINS }))
    .use(memoryAnalysis())
    .use(cleanup());
}
