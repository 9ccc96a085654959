import type { PackagedFile } from '../../parsers/md5sums.js';

const MAX_FILES = 200_000;

/**
 * What packages say their files are. The lists lie on the suspect's disk and may be forged: what they vouch for is
 * told all the same, but no longer as a finding.
 */
export class KnownGood {
  readonly #md5ByPath = new Map<string, string>();

  /** `interested` keeps the memory to files that will be judged at all. */
  constructor(private readonly interested: (path: string) => boolean) {}

  add({ path, md5 }: PackagedFile): void {
    if (this.#md5ByPath.size < MAX_FILES && this.interested(path)) this.#md5ByPath.set(path, md5);
  }

  has(path: string, md5: string): boolean {
    // Merged /usr: packages may still list /lib and /bin.
    return [path, path.replace(/^\/usr\//, '/')].some((listed) => this.#md5ByPath.get(listed) === md5);
  }
}

const LIBRARY =
  /\/(?:lib(?:64|exec)?\/(?:python|pypy)\d?[\d.]*|site-packages|dist-packages|perl5?|gems|ruby)\/.*\.(?:py|pyw|pl|pm|pod|rb|t)$/;

/** Modules of a language: no server runs them as pages, and they read standard input and open sockets all day. */
export function isLibraryModule(path: string): boolean {
  return LIBRARY.test(path);
}
