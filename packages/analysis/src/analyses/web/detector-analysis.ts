import { createHash } from 'node:crypto';
import type { Detection, FileDetector } from '../../detector.js';
import type { Analysis, HostFile, Visitor } from '../../engine/analysis.js';
import { Reporter } from '../../engine/reporter.js';
import { parseMd5sums } from '../../parsers/md5sums.js';
import { isLibraryModule, KnownGood } from './known-good.js';

/** A script that is longer is padded to get past scanners: its head is judged, and it is said. */
const LIMIT_BYTES = 8 * 1024 * 1024;
const MD5SUMS = /^\/var\/lib\/dpkg\/info\/[^/]+\.md5sums$/;
const MAX_HELD = 50_000;

/** Judges the content of files by detectors of web shells, hashes or patterns. */
export function detectorAnalysis(detectors: readonly FileDetector[]): Analysis {
  return {
    id: 'content',
    begin(context, output) {
      const desk = new Desk(new Reporter(context, output), detectors);
      return {
        visit: (file) => (MD5SUMS.test(file.hostPath ?? '') ? desk.packageList() : desk.visit(file)),
        finish: () => desk.finish(),
      };
    },
  };
}

interface Held {
  readonly file: Pick<HostFile, 'path' | 'mtime'> & { readonly hostPath: string };
  readonly detection: Detection;
  readonly md5: string;
}

/** Holds what was detected until every package's list has been read, wherever in the evidence it lies. */
class Desk {
  readonly #held: Held[] = [];
  readonly #knownGood: KnownGood;

  constructor(
    private readonly reporter: Reporter,
    private readonly detectors: readonly FileDetector[],
  ) {
    this.#knownGood = new KnownGood((path) =>
      detectors.some((detector) => detector.interested({ path, sizeBytes: 1 })),
    );
  }

  packageList(): Visitor {
    return {
      wants: 'lines',
      line: ({ text }) => {
        const file = parseMd5sums(text);
        if (file !== undefined) this.#knownGood.add(file);
      },
    };
  }

  visit({ path, hostPath, type, sizeBytes, mtime }: HostFile): Visitor | undefined {
    if (hostPath === undefined || type !== 'file') return undefined;
    const asked = { path: hostPath, sizeBytes: Math.min(sizeBytes, LIMIT_BYTES) };
    const interested = this.detectors.filter((detector) => detector.interested(asked));
    if (interested.length === 0) return undefined;
    const file = { path, hostPath, ...(mtime === undefined ? {} : { mtime }) };
    return {
      wants: 'whole',
      limitBytes: LIMIT_BYTES,
      whole: async (bytes, complete) => {
        if (!complete)
          this.reporter.notice(
            'FILE_READ_IN_PART',
            `${hostPath}: only its first ${bytes.length} bytes are judged`,
          );
        for (const detector of interested) await this.#inspect(file, detector, bytes);
      },
    };
  }

  finish(): void {
    for (const held of this.#held) this.#tell(held);
  }

  /** One detector that throws must not silence the others over the same file. */
  async #inspect(file: Held['file'], detector: FileDetector, bytes: Uint8Array): Promise<void> {
    try {
      const detections = await detector.inspect({ path: file.hostPath, bytes });
      if (detections.length === 0) return;
      const md5 = createHash('md5').update(bytes).digest('hex');
      for (const detection of detections) this.#hold({ file, detection, md5 });
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      this.reporter.notice('DETECTOR_FAILED', `${detector.id}: ${file.path}: ${message}`);
    }
  }

  #hold(held: Held): void {
    if (this.#held.length < MAX_HELD) this.#held.push(held);
    else this.#tell(held);
  }

  #tell({ file, detection, md5 }: Held): void {
    const { rule, title, severity, techniques, confidence, reasons } = detection;
    const excuse = this.#excuse(file.hostPath, md5);
    this.reporter.observe(
      { id: rule, title, severity: excuse === undefined ? severity : 'info', techniques },
      {
        title: `${title}: ${file.hostPath}`,
        entity: `file:${file.hostPath}`,
        atMs: file.mtime === undefined ? undefined : file.mtime * 1000,
        excerpt: detection.excerpt,
        where: [{ path: file.path, line: detection.line }],
        confidence: excuse === undefined ? confidence : Math.min(confidence, 0.1),
        reasons: excuse === undefined ? reasons : [excuse, ...reasons],
      },
    );
  }

  /** Why a detection is told as information only. */
  #excuse(path: string, md5: string): string | undefined {
    if (this.#knownGood.has(path, md5)) return 'its bytes are what its package lists';
    return isLibraryModule(path)
      ? 'it is a module of its language, which no server runs as a page'
      : undefined;
  }
}
