// The process behind remote.test.ts: does the one thing that its task names.
import { DescribeVolumesCommand, EC2Client } from '@aws-sdk/client-ec2';
import { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import type { Clock } from '@cordon/core';
import { drive } from '../../src/index.js';

export interface Task {
  readonly what: string;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
}

type Act = (clients: { readonly ec2: EC2Client; readonly s3: S3Client }, clock: Clock) => Promise<unknown>;

const HOUR_MS = 3_600_000;
const inMs = (clock: Clock, ms: number) => new Date(clock.now().getTime() + ms);
const someWork = () => new Promise((resolve) => setTimeout(resolve, 300));

const acts: Readonly<Record<string, Act>> = {
  async body({ s3 }) {
    const at = { Bucket: 'a-bucket', Key: 'a' };
    await s3.send(new PutObjectCommand({ ...at, Body: 'héllo' }));
    return (await s3.send(new GetObjectCommand(at))).Body?.transformToString();
  },
  async refusal({ ec2 }) {
    const missing = new DescribeVolumesCommand({ VolumeIds: ['vol-00000000000000000'] });
    const error = await ec2.send(missing).catch((thrown: unknown) => thrown);
    return error instanceof Error && { ...error, name: error.name, message: error.message };
  },
  async sleep(_, clock) {
    const began = clock.now().getTime();
    await clock.working?.(() => clock.sleepUntil(inMs(clock, HOUR_MS)));
    return clock.now().getTime() - began;
  },
  async work(_, clock) {
    const alarm = new AbortController();
    const rung = clock.sleepUntil(inMs(clock, HOUR_MS), alarm.signal).then(
      () => 'rung',
      (reason: unknown) => reason,
    );
    await clock.working?.(someWork);
    alarm.abort('done before the alarm');
    return rung;
  },
  async holdForEver({ s3 }, clock) {
    await clock.working?.(async () => {
      await s3.send(new PutObjectCommand({ Bucket: 'a-bucket', Key: 'begun', Body: '' }));
      await new Promise((resolve) => setTimeout(resolve, 60_000));
    });
  },
  ask: ({ s3 }) => s3.send(new PutObjectCommand({ Bucket: 'a-bucket', Key: 'asked', Body: '' })),
};

await drive(async ({ clock, task }) => {
  const { what, credentials } = task as Task; // what the test sends
  const options = { region: 'eu-west-1', credentials };
  return acts[what]?.({ ec2: new EC2Client(options), s3: new S3Client(options) }, clock);
});
