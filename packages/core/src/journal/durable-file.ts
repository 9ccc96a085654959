import { randomUUID } from 'node:crypto';
import { type FileHandle, link, mkdir, open, readdir, unlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** Node's code of a file system error: `ENOENT`, `EEXIST`. */
export function errorCode(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}

/** Names in a directory; none when there is no such directory, or it is a file. */
export async function namesIn(directory: string): Promise<readonly string[]> {
  try {
    return await readdir(directory);
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes(errorCode(error) ?? '')) return [];
    throw error;
  }
}

async function withFile<T>(handle: FileHandle, work: (handle: FileHandle) => Promise<T>): Promise<T> {
  try {
    return await work(handle);
  } finally {
    await handle.close();
  }
}

/** A name in a directory outlives a power cut only when the directory itself is on disk. */
export async function syncDirectory(directory: string): Promise<void> {
  // Windows cannot open directories; its file systems keep their own journal of names.
  if (process.platform === 'win32') return;
  await withFile(await open(directory, 'r'), (handle) => handle.sync());
}

/** Makes the directory and what is missing above it, durably. */
export async function makeDirectory(directory: string): Promise<void> {
  const first = await mkdir(directory, { recursive: true, mode: 0o700 });
  if (first === undefined) return;
  for (let made = directory; made.length >= first.length; made = dirname(made))
    await syncDirectory(dirname(made));
}

/** A new file beside `path` with this content, on disk; returns its name. */
export async function writeTemporary(path: string, content: string | Uint8Array): Promise<string> {
  const temporary = join(dirname(path), `.${randomUUID()}.tmp`);
  await withFile(await open(temporary, 'wx', 0o600), async (handle) => {
    await handle.writeFile(content);
    await handle.sync();
  });
  return temporary;
}

/** Gives a file its final name, unless the name is taken: then false. Atomic over processes. */
export async function claimName(temporary: string, path: string): Promise<boolean> {
  try {
    await link(temporary, path);
    await syncDirectory(dirname(path));
    return true;
  } catch (error) {
    if (errorCode(error) === 'EEXIST') return false;
    throw error;
  }
}

/** Writes a file whole or not at all, and only when there is none of this name: else false. */
export async function createDurably(path: string, content: string | Uint8Array): Promise<boolean> {
  const temporary = await writeTemporary(path, content);
  try {
    return await claimName(temporary, path);
  } finally {
    await unlink(temporary);
  }
}
