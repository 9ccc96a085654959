import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmod, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { HostScript, ScriptParameters } from '@cordon/core';
import { composeCommand } from '@cordon/core/aws';
import { onTestFinished } from 'vitest';

export const KEY = createHash('sha256').update('a step').digest('hex').slice(0, 32);

/** A private root folder for host scripts, gone after the test. */
export async function privateRoot(): Promise<string> {
  const root = await mkdtemp(join(tmpdir(), 'cordon-scripts-'));
  onTestFinished(() => rm(root, { recursive: true, force: true }));
  return root;
}

/** Writes files below a root; a value that begins with `-> ` is a symbolic link. */
export async function plant(
  root: string,
  files: Readonly<Record<string, string | Uint8Array>>,
): Promise<void> {
  for (const [path, content] of Object.entries(files)) {
    const full = join(root, path);
    await mkdir(dirname(full), { recursive: true });
    if (typeof content === 'string' && content.startsWith('-> ')) await symlink(content.slice(3), full);
    else await writeFile(full, content);
  }
}

/** Puts commands before the real ones: for what needs a kernel. */
export async function standIns(root: string, tools: Readonly<Record<string, string>>): Promise<string> {
  const folder = join(root, '.stand-ins');
  await mkdir(folder, { recursive: true });
  for (const [name, text] of Object.entries(tools)) {
    await writeFile(join(folder, name), `#!/usr/bin/env bash\n${text}\n`);
    await chmod(join(folder, name), 0o755);
  }
  return folder;
}

export interface HostRun {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
  /** The last line of stdout. */
  answer(): Readonly<Record<string, string>>;
}

export interface HostRunOptions {
  readonly root: string;
  readonly parameters?: ScriptParameters;
  readonly key?: string;
  /** A folder of commands that come before the real ones. */
  readonly tools?: string;
  /** Ends the script and all that it has started, as when the host goes down. */
  readonly signal?: AbortSignal;
}

/** Runs a host script under the real bash, as SSM's agent would. */
export function runOnHost(script: HostScript, options: HostRunOptions): Promise<HostRun> {
  const command = composeCommand(script, options.key ?? KEY, options.parameters ?? {});
  const { PATH = '', HOME = '/' } = process.env;
  const path = options.tools === undefined ? PATH : `${options.tools}:${PATH}`;
  return new Promise((resolve, reject) => {
    const child = spawn('bash', ['-c', command], {
      env: { PATH: path, HOME, CORDON_ROOT: options.root },
      cwd: '/',
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: options.signal !== undefined,
    });
    const end = () => {
      if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
    };
    options.signal?.addEventListener('abort', end, { once: true });
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (chunk) => {
      stdout += chunk;
    });
    child.stderr.on('data', (chunk) => {
      stderr += chunk;
    });
    child.once('error', reject);
    child.once('close', (code) => {
      options.signal?.removeEventListener('abort', end);
      const answer = () => JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '');
      resolve({ exitCode: code ?? -1, stdout, stderr, answer });
    });
  });
}
