import { open } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { CommandResult, HostScript, RemoteHost, SendOptions } from '@cordon/core';
import { planUpload } from '@cordon/core/aws';
import { describe, expect, it, onTestFinished } from 'vitest';
import { KEY, plant, privateRoot, runOnHost } from '../world/host-run.js';
import { carryOn, context, ENDED, MIB, type Store, staged } from './staged-store.js';

const GIB = 2 ** 30;

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
