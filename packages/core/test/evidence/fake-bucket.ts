import { createHash } from 'node:crypto';

export interface Version {
  readonly key: string;
  readonly versionId: string;
  readonly at: Date;
  readonly marker: boolean;
  readonly bytes: Buffer;
  readonly etag: string;
  readonly checksum?: { readonly sha256: string; readonly type: 'FULL_OBJECT' | 'COMPOSITE' };
  readonly metadata?: Record<string, string> | undefined;
  readonly contentType?: string | undefined;
  readonly lock?: { readonly mode: string; readonly until: Date } | undefined;
}

/** A versioned bucket: every write adds, the youngest is what an ordinary read sees. */
export class FakeBucket {
  /** In the order in which they were written. */
  readonly versions: Version[] = [];
  readonly owner: string;
  /** Without versions, S3 gives no version ids. */
  versioned = true;
  #count = 0;

  constructor(owner: string) {
    this.owner = owner;
  }

  current(key: string): Version | undefined {
    const youngest = this.versions.findLast((version) => version.key === key);
    return youngest?.marker === true ? undefined : youngest;
  }

  version(key: string, versionId: string | undefined): Version | undefined {
    if (versionId === undefined) return this.current(key);
    return this.versions.find((version) => version.key === key && version.versionId === versionId);
  }

  write(version: Omit<Version, 'versionId' | 'at' | 'marker'>): Version {
    return this.#add({ ...version, marker: false });
  }

  /** What an ordinary DELETE does. */
  hide(key: string): void {
    this.#add({ key, bytes: Buffer.of(), etag: '', marker: true });
  }

  /** Someone with the rights to everything changes what is stored. */
  tamper(key: string, change: (bytes: Buffer) => Buffer): void {
    const index = this.versions.findLastIndex((version) => version.key === key);
    const found = this.versions[index];
    if (found === undefined) throw new Error(`no object ${key}`);
    this.versions[index] = { ...found, bytes: change(Buffer.from(found.bytes)) };
  }

  keys(prefix: string): readonly string[] {
    const keys = new Set(this.versions.map(({ key }) => key).filter((key) => key.startsWith(prefix)));
    return [...keys].sort();
  }

  #add(version: Omit<Version, 'versionId' | 'at'>): Version {
    this.#count += 1;
    const added = {
      ...version,
      versionId: `v${this.#count}`,
      at: new Date(1_795_000_000_000 + this.#count * 1000),
    };
    this.versions.push(added);
    return added;
  }
}

export const base64Sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('base64');
export const md5 = (bytes: Uint8Array) => `"${createHash('md5').update(bytes).digest('hex')}"`;
