import { open } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import {
  type BaseContext,
  type CommandResult,
  type HostScript,
  type RemoteHost,
  type SendOptions,
  StepFailure,
} from '@cordon/core';
import { partBytes, planUpload, type StagedUpload } from '@cordon/core/aws';
import { describe, expect, it, onTestFinished } from 'vitest';
import { uploadParts } from '../../src/upload/upload-parts.js';
import { KEY, plant, privateRoot, runOnHost } from '../world/host-run.js';

const MIB = 2 ** 20;
const GIB = 2 ** 30;

/** As much of a context as an upload needs; every effect is made once. */
function context() {
  const said: string[] = [];
  const made = new Map<string, unknown>();
  const ctx = {
    notice: (code: string, message: string) => said.push(`${code}: ${message}`),
    progress: () => undefined,
    async makeOnce(name: string, { make }: { make(): Promise<unknown> }) {
      if (!made.has(name)) made.set(name, await make());
      return made.get(name);
    },
  };
  return { ctx: ctx as unknown as BaseContext, said }; // the rest is not touched
}

/** What the store has, part by part, and which parts each sheet has named. */
interface Store {
  readonly parts: Map<number, number>;
  readonly sheets: (readonly number[])[];
  readonly url?: string;
}

/** The upload as S3 would show it. */
function staged({ parts, sheets, url = '' }: Store) {
  const upload = {
    progress: async () => {
      const there = [...parts].map(([part, sizeBytes]) => ({ part, sizeBytes, etag: '' }));
      return { parts: there, bytes: there.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0) };
    },
    async sheet(_: string, wanted: readonly number[]) {
      sheets.push(wanted);
      return `${url}/sheet/${sheets.length}`;
    },
  };
  return upload as unknown as StagedUpload; // the rest is not touched
}

const ENDED = { status: 'ended', exitCode: 0, stdout: '{"sent":"1"}', stderr: '', truncated: false } as const;

/** Polls until everything is there. */
async function carryOn(
  ctx: BaseContext,
  host: RemoteHost,
  given: { upload: StagedUpload; sizeBytes: number },
) {
  let standing: Parameters<typeof uploadParts>[1] | undefined = {
    sizeBytes: given.sizeBytes,
    uploadId: 'u',
    round: 0,
  };
  while (standing !== undefined)
    standing = await uploadParts(ctx, standing, { host, upload: given.upload, directory: '/var/tmp' });
}

describe('the upload of 64 GiB', () => {
  it('goes in parts that S3 takes, fifty to a sheet, and after a cut at 70 % sends only what is missing', async () => {
    const sizeBytes = 64 * GIB + 32 * 3;
    const plan = planUpload(sizeBytes);
    const store: Store = { parts: new Map(), sheets: [] };
    const sent: number[] = [];
    const results = new Map<string, CommandResult>();
    // The host has been cut off once, in the middle of a sheet.
    const cutAt = Math.round(plan.parts * 0.7);
    const host = {
      async send(script: HostScript) {
        let end: 'Success' | 'Failed' = 'Success';
        for (const part of store.sheets.at(-1) ?? []) {
          if (sent.length === cutAt && end === 'Success' && !results.has('cut')) {
            end = 'Failed';
            results.set('cut', { ...ENDED, end });
            break;
          }
          sent.push(part);
          const last = sizeBytes - (plan.parts - 1) * plan.partSizeBytes;
          store.parts.set(part, part === plan.parts ? last : plan.partSizeBytes);
        }
        results.set(script.name, { ...ENDED, end });
        return script.name;
      },
      result: async (id: string) => results.get(id),
    } as unknown as RemoteHost; // the rest is not touched
    const { ctx, said } = context();
    await carryOn(ctx, host, { upload: staged(store), sizeBytes });
    expect(plan.parts).toBeLessThanOrEqual(10_000);
    expect(plan.partSizeBytes).toBeGreaterThanOrEqual(5 * MIB);
    expect(plan.partSizeBytes).toBeLessThanOrEqual(5 * GIB);
    expect(Math.max(...store.sheets.map((parts) => parts.length))).toBe(50);
    // Each part once, in order, though the driver was told of a cut.
    expect(sent).toEqual(Array.from({ length: plan.parts }, (_, at) => at + 1));
    expect(said).toEqual([
      expect.stringMatching(/^UPLOAD_CUT: sheet 15 ended as Failed, 307 parts are missing/),
    ]);
  });
});

describe('an upload of a dump that cannot be sent', () => {
  it.each(['DUMP_GONE', 'NO_SPACE'])('for %s ends at once, and not with the last sheet', async (code) => {
    const store: Store = { parts: new Map(), sheets: [] };
    const failed = { ...ENDED, end: 'Failed', exitCode: 65, stdout: '', stderr: `${code}: said so` } as const;
    const host = {
      send: async ({ name }: HostScript) => name,
      result: async () => failed,
    } as unknown as RemoteHost; // the rest is not touched
    const { ctx } = context();
    const upload = carryOn(ctx, host, { upload: staged(store), sizeBytes: 100 * MIB });
    await expect(upload).rejects.toMatchObject({ kind: 'permanent', code, message: 'said so' });
    expect(store.sheets).toHaveLength(1);
  });
});

describe('an upload whose agent falls silent', () => {
  const silent = StepFailure.permanent('AGENT_SILENT', 'nothing is heard of it');

  /** The host sends so many parts, and then nothing is heard of it. */
  const sending = (store: Store, parts: number) =>
    ({
      async send({ name }: HostScript) {
        const plan = planUpload(100 * MIB);
        for (let part = 1; part <= parts; part += 1) store.parts.set(part, partBytes(plan, part));
        return name;
      },
      result: () => Promise.reject(silent),
    }) as unknown as RemoteHost; // the rest is not touched

  it('before S3 has every part is given up', async () => {
    const store: Store = { parts: new Map(), sheets: [] };
    const { ctx } = context();
    const upload = carryOn(ctx, sending(store, 1), { upload: staged(store), sizeBytes: 100 * MIB });
    await expect(upload).rejects.toBe(silent);
  });

  it('when S3 has every part is done', async () => {
    const store: Store = { parts: new Map(), sheets: [] };
    const { ctx } = context();
    const { parts } = planUpload(100 * MIB);
    await carryOn(ctx, sending(store, parts), { upload: staged(store), sizeBytes: 100 * MIB });
    expect(store.sheets).toHaveLength(1);
  });
});

describe('an upload over a real connection', () => {
  /** A store that counts what comes, and can have the host end once so many parts are there. */
  async function loopback(store: Store, onPart: (parts: number) => void) {
    const received = { bytes: 0, puts: [] as number[] };
    const server = createServer((request, response) => {
      const [, what = '', number = ''] = (request.url ?? '').split('/');
      if (what === 'sheet') {
        const { port } = server.address() as AddressInfo; // it listens on TCP
        const lines = (store.sheets[Number(number) - 1] ?? []).map(
          (part) => `${part} http://127.0.0.1:${port}/part/${part}\n`,
        );
        response.end(lines.join(''));
        return;
      }
      let bytes = 0;
      request.on('data', (chunk: Buffer) => {
        bytes += chunk.length;
        received.bytes += chunk.length;
      });
      request.on('end', () => {
        store.parts.set(Number(number), bytes);
        received.puts.push(Number(number));
        response.end();
        onPart(store.parts.size);
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => new Promise<void>((resolve) => server.close(() => resolve())));
    const { port } = server.address() as AddressInfo; // it listens on TCP
    return { received, url: `http://127.0.0.1:${port}` };
  }

  it('that is cut at 70 % sends the other 30 % and no byte of the first again', async () => {
    const sizeBytes = 10 * 64 * MIB - 5;
    const root = await privateRoot();
    const folder = `var/tmp/cordon-${KEY}`;
    await plant(root, { [`${folder}/mem.lime`]: '' });
    const file = await open(join(root, folder, 'mem.lime'), 'r+');
    await file.truncate(sizeBytes);
    await file.close();
    const store: Store = { parts: new Map(), sheets: [] };
    const results = new Map<string, CommandResult>();
    const cut = new AbortController();
    const { received, url } = await loopback(store, (parts) => {
      if (parts === 7) cut.abort();
    });
    const host = {
      async send(script: HostScript, { parameters = {} }: SendOptions) {
        const run = runOnHost(script, { root, parameters, signal: cut.signal });
        const { exitCode, stdout, stderr } = await run;
        const end = exitCode === 0 ? ('Success' as const) : ('Terminated' as const);
        results.set(script.name, { status: 'ended', end, exitCode, stdout, stderr, truncated: false });
        return script.name;
      },
      result: async (id: string) => results.get(id),
    } as unknown as RemoteHost; // the rest is not touched
    const { ctx, said } = context();
    await carryOn(ctx, host, { upload: staged({ ...store, url }), sizeBytes });
    expect(said).toEqual([expect.stringMatching(/^UPLOAD_CUT: .* 3 parts are missing/)]);
    expect(received.puts).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    expect(store.sheets).toEqual([
      [1, 2, 3, 4, 5, 6, 7, 8, 9, 10],
      [8, 9, 10],
    ]);
    // What was on its way when the host was cut off.
    expect(received.bytes - sizeBytes).toBeLessThan(64 * MIB);
  });
});
