import { createHash } from 'node:crypto';
import { type Answer, type AwsServer, awsServer, type Received } from './aws-server.js';

interface Upload {
  readonly key: string;
  readonly initiated: Date;
  readonly parts: Map<number, string>;
}

const error = (status: number, code: string): Answer => ({
  status,
  body: `<Error><Code>${code}</Code><Message>${code}</Message></Error>`,
});

const etagOf = (body: string) => `"${createHash('md5').update(body).digest('hex')}"`;

/** As much of S3 as a staged upload meets: multipart with pages of two, objects, its own refusals. */
export class TinyS3 {
  readonly objects = new Map<string, string>();
  readonly uploads = new Map<string, Upload>();
  readonly #interfere: (request: Received) => Answer | 'cut' | undefined;
  #count = 0;

  constructor(interfere: (request: Received) => Answer | 'cut' | undefined = () => undefined) {
    this.#interfere = interfere;
  }

  listen(): Promise<AwsServer> {
    return awsServer((request) => {
      const before = request.method === 'POST' && request.path.includes('uploadId=');
      const early = before ? undefined : this.#interfere(request);
      if (early !== undefined) return early;
      const answer = this.#answer(request);
      return (before ? this.#interfere(request) : undefined) ?? answer;
    });
  }

  #answer(request: Received): Answer {
    const url = new URL(request.path, 'http://s3');
    const query = url.searchParams;
    const key = decodeURIComponent(url.pathname.split('/').slice(2).join('/'));
    if (query.has('uploads')) return request.method === 'POST' ? this.#create(key) : this.#list(query);
    const uploadId = query.get('uploadId');
    if (uploadId !== null) return this.#onUpload(request, { query, key, uploadId });
    return this.#onObject(request, key);
  }

  #onObject({ method, body }: Received, key: string): Answer {
    if (method === 'PUT') this.objects.set(key, body);
    if (method === 'DELETE') this.objects.delete(key);
    if (method === 'PUT' || method === 'DELETE') return {};
    const stored = this.objects.get(key);
    if (stored === undefined) return method === 'HEAD' ? { status: 404 } : error(404, 'NoSuchKey');
    return method === 'HEAD' ? { headers: { 'content-length': String(stored.length) } } : { body: stored };
  }

  #onUpload(
    request: Received,
    { query, key, uploadId }: { query: URLSearchParams; key: string; uploadId: string },
  ): Answer {
    const upload = this.uploads.get(uploadId);
    if (upload === undefined || upload.key !== key) return error(404, 'NoSuchUpload');
    if (request.method === 'DELETE') {
      this.uploads.delete(uploadId);
      return { status: 204 };
    }
    if (request.method === 'PUT') {
      upload.parts.set(Number(query.get('partNumber')), request.body);
      return { headers: { etag: etagOf(request.body) } };
    }
    if (request.method === 'GET') return this.#parts(upload, Number(query.get('part-number-marker') ?? 0));
    return this.#complete(upload, uploadId, request);
  }

  #complete(upload: Upload, uploadId: string, request: Received): Answer {
    const listed = [
      ...request.body.matchAll(/<ETag>(?:&quot;|")([0-9a-f]+)(?:&quot;|")<\/ETag><PartNumber>(\d+)/g),
    ];
    const parts = listed.map(([, etag, part]) => ({
      etag: `"${etag}"`,
      body: upload.parts.get(Number(part)),
    }));
    if (parts.some(({ etag, body }) => body === undefined || etagOf(body) !== etag))
      return error(400, 'InvalidPart');
    const whole = parts.map(({ body }) => body).join('');
    if (request.headers['x-amz-mp-object-size'] !== String(whole.length)) return error(400, 'InvalidRequest');
    this.objects.set(upload.key, whole);
    this.uploads.delete(uploadId);
    return { body: '<CompleteMultipartUploadResult><ETag>"x-1"</ETag></CompleteMultipartUploadResult>' };
  }

  #create(key: string): Answer {
    const id = `u-${this.#count++}`;
    const initiated = new Date(Date.UTC(2026, 10, 24, 6, 0, this.#count));
    this.uploads.set(id, { key, initiated, parts: new Map() });
    return {
      body: `<InitiateMultipartUploadResult><UploadId>${id}</UploadId></InitiateMultipartUploadResult>`,
    };
  }

  #list(query: URLSearchParams): Answer {
    const all = [...this.uploads]
      .filter(([, { key }]) => key.startsWith(query.get('prefix') ?? ''))
      .reverse();
    const start = all.findIndex(([id]) => id === query.get('upload-id-marker')) + 1;
    const page = all.slice(start, start + 2);
    const [lastId, last] = page.at(-1) ?? [];
    const next =
      start + 2 < all.length
        ? `<IsTruncated>true</IsTruncated><NextKeyMarker>${last?.key}</NextKeyMarker><NextUploadIdMarker>${lastId}</NextUploadIdMarker>`
        : '';
    const items = page.map(
      ([id, { key, initiated }]) =>
        `<Upload><Key>${key}</Key><UploadId>${id}</UploadId><Initiated>${initiated.toISOString()}</Initiated></Upload>`,
    );
    return { body: `<ListMultipartUploadsResult>${next}${items.join('')}</ListMultipartUploadsResult>` };
  }

  #parts(upload: Upload, after: number): Answer {
    const all = [...upload.parts].filter(([part]) => part > after).sort(([a], [b]) => a - b);
    const page = all.slice(0, 2);
    const items = page.map(
      ([part, body]) =>
        `<Part><PartNumber>${part}</PartNumber><ETag>${etagOf(body)}</ETag><Size>${body.length}</Size></Part>`,
    );
    const next = all.length > 2 ? page.at(-1)?.[0] : undefined;
    const more =
      next === undefined
        ? ''
        : `<IsTruncated>true</IsTruncated><NextPartNumberMarker>${next}</NextPartNumberMarker>`;
    return { body: `<ListPartsResult>${more}${items.join('')}</ListPartsResult>` };
  }
}
