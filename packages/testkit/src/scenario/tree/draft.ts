import { chmodSync, lutimesSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

export interface Attributes {
  /** Modified and accessed then. */
  readonly at: Date;
  /** Default 0644 for files, 0755 for directories. */
  readonly mode?: number;
}

interface Entry extends Attributes {
  readonly kind: 'file' | 'link' | 'directory';
  readonly content: string | Uint8Array;
}

/** A Linux tree that is thought out first and written at once. */
export interface TreeDraft {
  file(path: string, content: string | Uint8Array, attributes: Attributes): void;
  /** The target is text, as in any symlink: it need not exist. */
  link(path: string, target: string, attributes: Attributes): void;
  directory(path: string, attributes: Attributes): void;
  /** Paths that it has, without a leading slash. */
  paths(): readonly string[];
  read(path: string): string | Uint8Array | undefined;
  /** Writes everything under `folder`; directories get the time of what was last put into them. */
  write(folder: string): void;
}

export function treeDraft(): TreeDraft {
  const entries = new Map<string, Entry>();
  const put = (path: string, entry: Entry) => void entries.set(path.replace(/^\/+/, ''), entry);
  return {
    file: (path, content, attributes) => put(path, { ...attributes, kind: 'file', content }),
    link: (path, target, attributes) => put(path, { ...attributes, kind: 'link', content: target }),
    directory: (path, attributes) => put(path, { ...attributes, kind: 'directory', content: '' }),
    paths: () => [...entries.keys()],
    read: (path) => entries.get(path.replace(/^\/+/, ''))?.content,
    write: (folder) => writeEntries(folder, entries),
  };
}

function writeEntries(folder: string, entries: ReadonlyMap<string, Entry>): void {
  const directories = directoriesOf(entries);
  mkdirSync(folder, { recursive: true });
  for (const path of [...directories.keys()].sort()) mkdirSync(join(folder, path), { recursive: true });
  for (const [path, entry] of entries) if (entry.kind !== 'directory') writeEntry(join(folder, path), entry);
  // Deepest first: writing into a directory would move its time again.
  for (const path of [...directories.keys()].sort().reverse()) {
    const { at, mode } = directories.get(path) ?? { at: new Date(0) };
    chmodSync(join(folder, path), mode ?? 0o755);
    lutimesSync(join(folder, path), at, at);
  }
}

function writeEntry(path: string, entry: Entry): void {
  if (entry.kind === 'link') {
    symlinkSync(String(entry.content), path);
  } else {
    writeFileSync(path, entry.content);
    // Not at creation: the umask would have its say.
    chmodSync(path, entry.mode ?? 0o644);
  }
  lutimesSync(path, entry.at, entry.at);
}

function directoriesOf(entries: ReadonlyMap<string, Entry>): Map<string, Attributes> {
  const directories = new Map<string, Attributes>();
  for (const [path, entry] of entries) {
    for (let up = dirname(path); up !== '.'; up = dirname(up)) {
      const known = directories.get(up);
      if (known === undefined || known.at < entry.at) directories.set(up, { at: entry.at });
    }
  }
  for (const [path, entry] of entries) if (entry.kind === 'directory') directories.set(path, entry);
  return directories;
}
