import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { tarReader } from '@cordon/analysis';
import type { HostScript } from '@cordon/core';
import { expect } from 'vitest';
import collectScript from '../../src/collect/collect-files.sh';
import { KEY, plant, privateRoot, runOnHost, standIns } from '../world/host-run.js';

export const COLLECT: HostScript = { name: 'collect-files', text: collectScript };
export const VOLUME = 'vol-0123456789abcdef0';
export const MOUNT = `/mnt/evidence/${VOLUME}/nvme1n1p1`;
export const LIMITS = { maxfile: 2 ** 20, maxtotal: 4 * 2 ** 20 };

type Files = Readonly<Record<string, string | Uint8Array>>;

/** A root with these files where a volume is mounted. */
export async function volume(files: Files, mount = MOUNT): Promise<string> {
  const root = await privateRoot();
  const under = Object.fromEntries(
    Object.entries(files).map(([path, content]) => [`${mount}/${path}`, content]),
  );
  await plant(root, under);
  return root;
}

/** Commands on a host where the evidence is mounted, or was. */
export function tooled(
  root: string,
  tools: Readonly<Record<string, string>> = {},
  mounted = 'exit 0',
): Promise<string> {
  return standIns(root, { findmnt: mounted, ...tools });
}

export const ROOT_FILES: Files = { 'etc/passwd': 'root:x:0:0\n' };

/** Collects, and reads the archive as the analysis does. */
export async function collect(
  root: string,
  options: { limits?: object; volumes?: string; tools?: string } = {},
) {
  const parameters = { volumes: `${VOLUME}=${MOUNT}`, ...LIMITS, ...options.limits };
  const run = await runOnHost(COLLECT, {
    root,
    parameters: options.volumes === undefined ? parameters : { ...parameters, volumes: options.volumes },
    tools: options.tools ?? (await tooled(root)),
  });
  expect(run).toMatchObject({ exitCode: 0, stderr: '' });
  const archive = readFileSync(join(root, `var/tmp/cordon-${KEY}/${VOLUME}.tar.gz`));
  const files = new Map<string, string>();
  const notices: string[] = [];
  const types = new Map<string, string>();
  async function* stream() {
    yield archive;
  }
  for await (const file of tarReader(stream()).files(({ code }) => notices.push(code))) {
    types.set(file.path, file.type);
    if (file.type === 'file') files.set(file.path, await text(file.content()));
  }
  const [size = '', sha256 = '', packed, leftOut, unread] = (run.answer()[VOLUME] ?? '').split(' ');
  return { archive, files, types, notices, size, sha256, packed, leftOut, unread };
}
