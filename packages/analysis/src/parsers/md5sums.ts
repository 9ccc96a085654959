/** A line of a Debian package's `md5sums`: what a file was when it was installed. */
export interface PackagedFile {
  readonly md5: string;
  /** Absolute. */
  readonly path: string;
}

export function parseMd5sums(text: string): PackagedFile | undefined {
  const match = /^([0-9a-f]{32}) [ *](.{1,4096})$/.exec(text);
  return match === null ? undefined : { md5: match[1] ?? '', path: `/${match[2]?.replace(/^\//, '')}` };
}
