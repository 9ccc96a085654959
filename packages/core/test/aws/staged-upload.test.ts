import { afterEach, describe, expect, it } from 'vitest';
import { awsAccount } from '../../src/aws/account.js';
import { missingParts, stagedUpload } from '../../src/aws/staged-upload.js';
import type { UploadPlan } from '../../src/aws/upload-plan.js';
import type { Answer, AwsServer, Received } from './aws-server.js';
import { SteppingClock } from './stepping-clock.js';
import { TinyS3 } from './tiny-s3.js';

// Small parts, so that a test needs no 64 MiB; what S3 sees is the same.
const PLAN: UploadPlan = { totalBytes: 23, partSizeBytes: 5, parts: 5 };
const FILE = 'abcdefghijklmnopqrstuvw';
const TARGET = { bucket: 'cordon-staging-999900001111', key: 'inc-1/0123456789abcdef/dump.lime' };

let server: AwsServer | undefined;
afterEach(() => server?.close());

async function staging(interfere?: (request: Received) => Answer | 'cut' | undefined) {
  const store = new TinyS3(interfere);
  server = await store.listen();
  const clock = new SteppingClock();
  const account = awsAccount({
    id: '999900001111',
    region: 'eu-west-1',
    clock,
    credentials: async () => ({ accessKeyId: 'AKIATEST', secretAccessKey: 'secret' }),
    principal: async () => 'arn',
    clientDefaults: { s3: { endpoint: server.endpoint, forcePathStyle: true } },
  });
  return { store, received: server.received, upload: stagedUpload(account, TARGET), clock };
}

/** What the host does: reads the sheet, puts each part to its URL. No credentials, no headers but curl's own. */
async function followSheet(sheetUrl: string): Promise<readonly string[]> {
  const lines = (await (await fetch(sheetUrl)).text()).trimEnd().split('\n');
  for (const line of lines) {
    const [part, url = ''] = line.split(' ');
    const start = (Number(part) - 1) * PLAN.partSizeBytes;
    const put = await fetch(url, { method: 'PUT', body: FILE.slice(start, start + PLAN.partSizeBytes) });
    expect(put.status).toBe(200);
  }
  return lines;
}

const isComplete = ({ method, path }: Received) => method === 'POST' && path.includes('uploadId=');

describe('a staged upload', () => {
  it('takes a file in parts, resumes with the missing ones only, and is whole', async () => {
    const { store, upload } = await staging();
    const id = await upload.begin();
    await followSheet(await upload.sheet(id, [1, 2, 3]));
    const halfway = await upload.progress(id);
    expect(halfway.bytes).toBe(15);
    expect(missingParts(PLAN, halfway)).toEqual([4, 5]);
    await followSheet(await upload.sheet(id, missingParts(PLAN, halfway)));
    await upload.complete(id, PLAN);
    expect(store.objects.get(TARGET.key)).toBe(FILE);
    expect(await upload.sizeBytes()).toBe(23);
  });

  it('asks for no checksum that the host could not send', async () => {
    const { received, upload } = await staging();
    const id = await upload.begin();
    const lines = await followSheet(await upload.sheet(id, [1]));
    const create = received.find(({ path }) => path.includes('uploads'));
    expect(Object.keys(create?.headers ?? {}).filter((name) => name.includes('checksum'))).toEqual([]);
    expect(lines[0]).not.toMatch(/checksum|crc32/i);
  });

  it('hands out URLs for one part of one upload each, that die after 15 minutes', async () => {
    const { upload } = await staging();
    const id = await upload.begin();
    const sheetUrl = await upload.sheet(id, [2, 4]);
    const lines = await followSheet(sheetUrl);
    const queries = lines.map((line) => new URL(line.split(' ')[1] ?? '').searchParams);
    expect(queries.map((query) => query.get('partNumber'))).toEqual(['2', '4']);
    expect(queries.map((query) => query.get('uploadId'))).toEqual([id, id]);
    expect(queries.map((query) => query.get('X-Amz-Expires'))).toEqual(['900', '900']);
    expect(new URL(sheetUrl).searchParams.get('X-Amz-Expires')).toBe('900');
  });

  it('refuses a sheet of more than 50 parts', async () => {
    const { upload } = await staging();
    const parts = Array.from({ length: 51 }, (_, at) => at + 1);
    await expect(upload.sheet('u-0', parts)).rejects.toMatchObject({ code: 'BAD_SHEET' });
  });

  it('puts a small file whole by a sheet of one line', async () => {
    const { store, upload } = await staging();
    const lines = await followSheet(await upload.wholeSheet());
    expect(lines).toHaveLength(1);
    expect(store.objects.get(TARGET.key)).toBe(FILE.slice(0, 5));
    expect(await upload.sizeBytes()).toBe(5);
  });

  it('finds the oldest upload of its own key again, over pages', async () => {
    const { store, upload } = await staging();
    const oldest = await upload.begin();
    await upload.begin();
    await upload.begin();
    store.uploads.set('u-x', { key: `${TARGET.key}.other`, initiated: new Date(0), parts: new Map() });
    expect(await upload.find()).toBe(oldest);
  });

  it('finds nothing where nothing was begun', async () => {
    const { upload } = await staging();
    expect(await upload.find()).toBeNull();
    expect(await upload.sizeBytes()).toBeNull();
  });

  it('hands out again a part that arrived short', async () => {
    const { store, upload } = await staging();
    const id = await upload.begin();
    await followSheet(await upload.sheet(id, [1, 2, 3, 4, 5]));
    store.uploads.get(id)?.parts.set(2, 'fg');
    expect(missingParts(PLAN, await upload.progress(id))).toEqual([2]);
    await expect(upload.complete(id, PLAN)).rejects.toMatchObject({ code: 'PARTS_MISSING' });
  });
});

describe('completing a staged upload', () => {
  async function ready(interfere?: (request: Received) => Answer | 'cut' | undefined) {
    const staged = await staging(interfere);
    const id = await staged.upload.begin();
    await followSheet(await staged.upload.sheet(id, [1, 2, 3, 4, 5]));
    return { ...staged, id };
  }

  it('is harmless twice', async () => {
    const { upload, id } = await ready();
    await upload.complete(id, PLAN);
    await upload.complete(id, PLAN);
    await upload.abort(id);
  });

  it('succeeds when the answer was lost but the object is there', async () => {
    const { upload, id } = await ready((request) => (isComplete(request) ? 'cut' : undefined));
    await upload.complete(id, PLAN);
  });

  it('sees an error inside a 200', async () => {
    const failing = { body: '<Error><Code>InternalError</Code><Message>try again</Message></Error>' };
    const { store, upload, id } = await ready((request) => {
      if (!isComplete(request)) return undefined;
      store.objects.delete(TARGET.key);
      return failing;
    });
    await expect(upload.complete(id, PLAN)).rejects.toMatchObject({
      kind: 'retryable',
      code: 'UPLOAD_NOT_COMPLETE',
    });
  });

  it('starts anew after a 409', async () => {
    const conflict = {
      status: 409,
      body: '<Error><Code>ConditionalRequestConflict</Code><Message>x</Message></Error>',
    };
    const { upload, id } = await ready((request) => (isComplete(request) ? conflict : undefined));
    await expect(upload.complete(id, PLAN)).rejects.toMatchObject({
      kind: 'restart',
      code: 'UPLOAD_CONFLICT',
    });
  });

  it('starts anew when the upload has been aborted', async () => {
    const { upload, id } = await ready();
    await upload.abort(id);
    await upload.abort(id);
    await expect(upload.complete(id, PLAN)).rejects.toMatchObject({ kind: 'restart', code: 'UPLOAD_LOST' });
  });

  it('is not fooled by an object of another size under its key', async () => {
    const { store, upload, id } = await ready();
    await upload.abort(id);
    store.objects.set(TARGET.key, 'something else');
    await expect(upload.complete(id, PLAN)).rejects.toMatchObject({ code: 'UPLOAD_SIZE_WRONG' });
  });

  it('leaves nothing in the staging bucket after discard', async () => {
    const { store, upload, id } = await ready();
    await upload.complete(id, PLAN);
    await upload.discard();
    expect([...store.objects.keys()]).toEqual([]);
  });
});
