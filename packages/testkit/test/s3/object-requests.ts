import type { Readable } from 'node:stream';
import { GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';

export const Bucket = 'evidence';
export const put = (Key: string, Body: string | Uint8Array | Readable, more: object = {}) =>
  new PutObjectCommand({ Bucket, Key, Body, ...more });
export const get = (Key: string, more: object = {}) => new GetObjectCommand({ Bucket, Key, ...more });
