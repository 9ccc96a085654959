import type { FileFacts } from '../analyses/disk/file-facts.js';

/** What a line of a bodyfile tells; what is not known is 0. */
export interface BodyfileEntry
  extends Pick<FileFacts, 'path' | 'type' | 'mode' | 'uid' | 'sizeBytes' | 'mtime' | 'ctime'> {
  readonly gid?: number | undefined;
  /** Seconds since the epoch. */
  readonly atime?: number | undefined;
  readonly inode?: number | undefined;
}

/**
 * A file as The Sleuth Kit's `mactime -b` reads it:
 * `MD5|name|inode|mode_as_string|UID|GID|size|atime|mtime|ctime|crtime`.
 */
export function bodyfileLine(file: BodyfileEntry): string {
  const { path, type, mode, uid = 0, gid = 0, sizeBytes, inode = 0 } = file;
  const name = path.replace(SPECIAL, escaped);
  const [atime, mtime, ctime] = [file.atime, file.mtime, file.ctime].map((seconds = 0) =>
    Math.floor(seconds),
  );
  const fields = ['0', name, inode, modeText(type, mode), uid, gid, sizeBytes, atime, mtime, ctime, 0];
  return `${fields.join('|')}\n`;
}

// What mactime would take for its own, and control characters, which would end the line or act on a terminal.
// biome-ignore lint/suspicious/noControlCharactersInRegex: finding them is the purpose
const SPECIAL = /%(?=[0-9a-fA-F]{2})|[|\u0000-\u001f\u007f-\u009f\u2028\u2029]/g;

/** mactime reads `%7c` back as `|`; a newline that it read back would be two rows of its table. */
function escaped(character: string): string {
  const code = character.charCodeAt(0).toString(16);
  if (character === '|' || character === '%') return `%${code}`;
  return code.length <= 2 ? `\\x${code.padStart(2, '0')}` : `\\u${code.padStart(4, '0')}`;
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
