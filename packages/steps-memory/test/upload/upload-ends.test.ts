import { type HostScript, type RemoteHost, StepFailure } from '@cordon/core';
import { partBytes, planUpload } from '@cordon/core/aws';
import { describe, expect, it } from 'vitest';
import { carryOn, context, ENDED, MIB, type Store, staged } from './staged-store.js';

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

describe('an upload to whose host no script comes through', () => {
  const failed = {
    ...ENDED,
    end: 'Failed',
    exitCode: 1,
    stdout: '',
    stderr: 'mkdir: cannot create directory: No space left on device\nfailed to run commands: exit status 1',
  } as const;

  /** Every sheet fails but those, which send a part each. */
  const failing = (store: Store, ...sends: readonly number[]) => {
    let rounds = 0;
    return {
      async send({ name }: HostScript) {
        rounds += 1;
        if (sends.includes(rounds)) store.parts.set(store.parts.size + 1, 8 * MIB);
        return name;
      },
      result: async () => failed,
    } as unknown as RemoteHost; // the rest is not touched
  };

  it('ends after ten sheets that have brought nothing, and says what the last one said', async () => {
    const store: Store = { parts: new Map(), sheets: [] };
    const upload = carryOn(context().ctx, failing(store), { upload: staged(store), sizeBytes: 100 * MIB });
    await expect(upload).rejects.toMatchObject({
      kind: 'permanent',
      code: 'UPLOAD_STUCK',
      message: expect.stringMatching(/^10 sheets in a row .*COMMAND_FAILED: .*No space left on device\)/),
    });
    expect(store.sheets).toHaveLength(10);
  });

  it('begins to count again with every part that arrives', async () => {
    const store: Store = { parts: new Map(), sheets: [] };
    const upload = carryOn(context().ctx, failing(store, 8, 17), {
      upload: staged(store),
      sizeBytes: 100 * MIB,
    });
    await expect(upload).rejects.toMatchObject({ code: 'UPLOAD_STUCK' });
    expect(store.sheets).toHaveLength(27);
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
