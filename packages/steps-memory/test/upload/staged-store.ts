import type { BaseContext, RemoteHost } from '@cordon/core';
import type { StagedUpload } from '@cordon/core/aws';
import { uploadParts } from '../../src/upload/upload-parts.js';

export const MIB = 2 ** 20;

/** As much of a context as an upload needs; every effect is made once. */
export function context() {
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
export interface Store {
  readonly parts: Map<number, number>;
  readonly sheets: (readonly number[])[];
  readonly url?: string;
}

/** The upload as S3 would show it. */
export function staged({ parts, sheets, url = '' }: Store) {
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

export const ENDED = {
  status: 'ended',
  exitCode: 0,
  stdout: '{"sent":"1"}',
  stderr: '',
  truncated: false,
} as const;

/** Polls until everything is there. */
export async function carryOn(
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
