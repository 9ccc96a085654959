export type EvidenceFileType = 'file' | 'directory' | 'symlink' | 'hardlink' | 'special';

/** One entry of a piece of evidence. Every text in it is the suspect's: data, never a path to follow. */
export interface EvidenceFile {
  /** POSIX, relative, as the evidence names it; `..` and leading slashes are already taken out. */
  readonly path: string;
  readonly type: EvidenceFileType;
  readonly sizeBytes: number;
  /** Permission bits with setuid, setgid and sticky: `0o4755`. */
  readonly mode?: number;
  readonly uid?: number;
  readonly gid?: number;
  /** Seconds since the epoch. */
  readonly mtime?: number;
  readonly linkTarget?: string;
  /** The attribute `security.capability`, where the evidence keeps attributes: a tar made with `--xattrs`. */
  readonly capability?: Uint8Array;
  /**
   * The bytes, once, before the next file is asked for. Ends early, with a notice, where the evidence
   * is damaged; never throws for that.
   */
  content(): AsyncIterable<Uint8Array>;
}

/** Something about the evidence or the analysis that the reader of a report has to know. */
export interface Notice {
  /** `TAR_TRUNCATED`, `ANALYSIS_FAILED`. */
  readonly code: string;
  readonly message: string;
  readonly path?: string;
}

/** One streaming walk over a piece of evidence, in constant memory. */
export interface EvidenceReader {
  /** Walks once. What is odd about the evidence goes to `notice`; the walk goes on where it can. */
  files(notice: (notice: Notice) => void): AsyncIterable<EvidenceFile>;
}
