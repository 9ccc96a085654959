import type { FileFacts } from '../analyses/disk/file-facts.js';

/**
 * A file as The Sleuth Kit's `mactime -b` reads it:
 * `MD5|name|inode|mode_as_string|UID|GID|size|atime|mtime|ctime|crtime`. What is not known is 0.
 */
export function bodyfileLine(
  file: Pick<FileFacts, 'path' | 'type' | 'mode' | 'uid' | 'sizeBytes' | 'mtime' | 'ctime'>,
): string {
  const { path, type, mode, uid, sizeBytes, mtime = 0, ctime = 0 } = file;
  const name = path.replace(
    /[|\n\r]/g,
    (character) => `%${character.charCodeAt(0).toString(16).padStart(2, '0')}`,
  );
  const fields = [
    '0',
    name,
    '0',
    modeText(type, mode),
    uid ?? 0,
    0,
    sizeBytes,
    0,
    Math.floor(mtime),
    Math.floor(ctime),
    0,
  ];
  return `${fields.join('|')}\n`;
}

const LETTERS: { readonly [type in FileFacts['type']]: string } = {
  file: 'r',
  directory: 'd',
  symlink: 'l',
  other: '-',
};

/** `r/rrwsr-xr-x`, as `fls` writes it. */
export function modeText(type: FileFacts['type'], mode: number): string {
  const letter = LETTERS[type];
  const triad = (shift: number, special: number, [set, unset]: readonly [string, string]) => {
    const bits = mode >> shift;
    const execute = (bits & 1) !== 0;
    const last = (mode & special) === 0 ? (execute ? 'x' : '-') : execute ? set : unset;
    return `${(bits & 4) === 0 ? '-' : 'r'}${(bits & 2) === 0 ? '-' : 'w'}${last}`;
  };
  return `${letter}/${letter}${triad(6, 0o4000, ['s', 'S'])}${triad(3, 0o2000, ['s', 'S'])}${triad(0, 0o1000, ['t', 'T'])}`;
}
