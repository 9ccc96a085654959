import type { HashedTool, Observation } from '@cordon/core';

export type Severity = Observation['severity'];

/** What a {@link FileDetector} says about one file. Texts in it may be the intruder's. */
export interface Detection {
  /** Stable id of the rule: `webshell.php.tainted-call`. */
  readonly rule: string;
  readonly title: string;
  readonly severity: Severity;
  /** ATT&CK technique ids. */
  readonly techniques: readonly string[];
  /** 1-based. */
  readonly line?: number;
  /** The bytes that show it; the engine cuts and escapes them. */
  readonly excerpt?: string;
  /** Why, in short sentences, the strongest first. */
  readonly reasons: readonly string[];
  /** 0 to 1. */
  readonly confidence: number;
}

/** Judges whole files by their content: web shells, YARA, hash sets. */
export interface FileDetector {
  readonly id: string;
  /** What it judges by, where that is a pack of its own: a YARA file, a list of hashes. For the record. */
  readonly packs?: readonly HashedTool[];
  /** Whether the content is worth reading. Cheap: asked for every file. */
  interested(file: { readonly path: string; readonly sizeBytes: number }): boolean;
  /** Judges one file. Pure and bounded in time, also where it asks another process; what it throws becomes a notice. */
  inspect(file: {
    readonly path: string;
    readonly bytes: Uint8Array;
  }): readonly Detection[] | Promise<readonly Detection[]>;
}
