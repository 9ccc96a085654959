import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  ListMultipartUploadsCommand,
  ListPartsCommand,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import type { Case } from '../world.ts';
import { anUpload, part, put, SMALLEST_PART } from './bucket-objects.ts';

export const UPLOAD_CASES: readonly Case[] = [
  { name: 'CreateMultipartUpload: a new one', ask: (world) => anUpload(world, 'upload') },
  {
    name: 'UploadPart: a part',
    ask: async (world) => part(world, await anUpload(world, 'one-part'), 1),
  },
  {
    name: 'UploadPart: of an unknown upload',
    ask: ({ s3, bucket }) =>
      s3.send(
        new UploadPartCommand({ Bucket: bucket, Key: 'a', UploadId: 'none', PartNumber: 1, Body: 'text' }),
      ),
  },
  {
    name: 'UploadPart: number 10,001',
    async ask(world) {
      return part(world, await anUpload(world, 'too-many'), 10_001);
    },
  },
  {
    name: 'CompleteMultipartUpload: of one part',
    async ask(world) {
      const upload = await anUpload(world, 'complete');
      const Parts = [await part(world, upload, 1)];
      return world.s3.send(new CompleteMultipartUploadCommand({ ...upload, MultipartUpload: { Parts } }));
    },
  },
  {
    name: 'CompleteMultipartUpload: on the condition that there is none, where there is one',
    async ask(world) {
      const upload = await anUpload(world, await put(world, 'taken-by-one'));
      const Parts = [await part(world, upload, 1)];
      const input = { ...upload, MultipartUpload: { Parts }, IfNoneMatch: '*' };
      return world.s3.send(new CompleteMultipartUploadCommand(input));
    },
  },
  {
    name: 'CompleteMultipartUpload: twice',
    async ask(world) {
      const upload = await anUpload(world, 'twice');
      const input = { ...upload, MultipartUpload: { Parts: [await part(world, upload, 1)] } };
      await world.s3.send(new CompleteMultipartUploadCommand(input));
      return world.s3.send(new CompleteMultipartUploadCommand(input));
    },
  },
  {
    name: 'CompleteMultipartUpload: of parts that are too small',
    async ask(world) {
      const upload = await anUpload(world, 'small');
      const Parts = [await part(world, upload, 1), await part(world, upload, 2)];
      return world.s3.send(new CompleteMultipartUploadCommand({ ...upload, MultipartUpload: { Parts } }));
    },
  },
  {
    name: 'CompleteMultipartUpload: in the wrong order',
    async ask(world) {
      const upload = await anUpload(world, 'disorder');
      const Parts = [
        await part(world, upload, 2, SMALLEST_PART),
        await part(world, upload, 1, SMALLEST_PART),
      ];
      return world.s3.send(new CompleteMultipartUploadCommand({ ...upload, MultipartUpload: { Parts } }));
    },
  },
  {
    name: 'CompleteMultipartUpload: of a part that was never sent',
    async ask(world) {
      const upload = await anUpload(world, 'never');
      const sent = await part(world, upload, 1);
      const Parts = [{ ...sent, PartNumber: 7 }];
      return world.s3.send(new CompleteMultipartUploadCommand({ ...upload, MultipartUpload: { Parts } }));
    },
  },
  {
    name: 'AbortMultipartUpload: of an unknown upload',
    ask: ({ s3, bucket }) =>
      s3.send(new AbortMultipartUploadCommand({ Bucket: bucket, Key: 'a', UploadId: 'none' })),
  },
  {
    name: 'ListParts: of an upload',
    async ask(world) {
      const upload = await anUpload(world, 'parts');
      await part(world, upload, 1);
      return world.s3.send(new ListPartsCommand(upload));
    },
  },
  {
    name: 'ListParts: of an unknown upload',
    ask: ({ s3, bucket }) => s3.send(new ListPartsCommand({ Bucket: bucket, Key: 'a', UploadId: 'none' })),
  },
  {
    name: 'ListMultipartUploads: by prefix',
    async ask(world) {
      await anUpload(world, 'listed');
      return world.s3.send(new ListMultipartUploadsCommand({ Bucket: world.bucket, Prefix: 'listed' }));
    },
  },
];
