import type { HostFile } from '../../engine/analysis.js';
import type { Place } from '../../engine/reporter.js';
import { integer, type Row } from '../../parsers/tsv.js';

/** What is known of a file without reading it. */
export interface FileFacts {
  /** Absolute, on the suspect. */
  readonly path: string;
  readonly type: 'file' | 'directory' | 'symlink' | 'other';
  readonly mode: number;
  readonly uid: number | undefined;
  readonly sizeBytes: number;
  /** Seconds since the epoch. */
  readonly mtime: number | undefined;
  readonly ctime: number | undefined;
  readonly where: Place;
}

const TYPES: { readonly [type: string]: FileFacts['type'] } = {
  f: 'file',
  file: 'file',
  regular: 'file',
  d: 'directory',
  directory: 'directory',
  l: 'symlink',
  symlink: 'symlink',
};

/** A row of `meta/files.tsv`. */
export function factsOfRow(row: Row, where: Place): FileFacts | undefined {
  const path = row['path'];
  if (path === undefined || path === '') return undefined;
  return {
    path: path.startsWith('/') ? path : `/${path}`,
    type: TYPES[row['type'] ?? ''] ?? 'other',
    mode: Number.parseInt(row['mode_octal'] ?? '', 8) & 0o7777 || 0,
    uid: integer(row['uid']),
    sizeBytes: integer(row['size']) ?? 0,
    mtime: seconds(row['mtime']),
    ctime: seconds(row['ctime']),
    where,
  };
}

function seconds(text: string | undefined): number | undefined {
  return text !== undefined && /^-?\d{1,12}(?:\.\d{1,12})?$/.test(text) ? Number(text) : undefined;
}

/** An entry of the walk itself. */
export function factsOfFile(file: HostFile): FileFacts | undefined {
  if (file.hostPath === undefined || file.mode === undefined) return undefined;
  return {
    path: file.hostPath,
    type: file.type === 'special' || file.type === 'hardlink' ? 'other' : file.type,
    mode: file.mode,
    uid: file.uid,
    sizeBytes: file.sizeBytes,
    mtime: file.mtime,
    ctime: undefined,
    where: { path: file.path },
  };
}
