import type { Detection, FileDetector } from '../../detector.js';
import type { Analysis, HostFile, Visitor } from '../../engine/analysis.js';
import { Reporter } from '../../engine/reporter.js';

/** A script that is longer is padded to get past scanners: its head is judged, and it is said. */
const LIMIT_BYTES = 8 * 1024 * 1024;

/** Judges the content of files by detectors of web shells, hashes or patterns. */
export function detectorAnalysis(detectors: readonly FileDetector[]): Analysis {
  return {
    id: 'content',
    begin(context, output) {
      const reporter = new Reporter(context, output);
      return { visit: (file) => visitor(file, detectors, reporter) };
    },
  };
}

function visitor(
  file: HostFile,
  detectors: readonly FileDetector[],
  reporter: Reporter,
): Visitor | undefined {
  const { hostPath, sizeBytes } = file;
  if (hostPath === undefined || file.type !== 'file') return undefined;
  const asked = { path: hostPath, sizeBytes: Math.min(sizeBytes, LIMIT_BYTES) };
  const interested = detectors.filter((detector) => detector.interested(asked));
  if (interested.length === 0) return undefined;
  return {
    wants: 'whole',
    limitBytes: LIMIT_BYTES,
    whole(bytes, complete) {
      if (!complete)
        reporter.notice('FILE_READ_IN_PART', `${hostPath}: only the first ${bytes.length} bytes are judged`);
      for (const detector of interested) inspect({ file, detector, bytes, reporter });
    },
  };
}

interface Inspection {
  readonly file: HostFile;
  readonly detector: FileDetector;
  readonly bytes: Uint8Array;
  readonly reporter: Reporter;
}

/** One detector that throws must not silence the others over the same file. */
function inspect({ file, detector, bytes, reporter }: Inspection): void {
  try {
    for (const detection of detector.inspect({ path: file.hostPath ?? file.path, bytes }))
      tell(detection, file, reporter);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    reporter.notice('DETECTOR_FAILED', `${detector.id}: ${file.path}: ${message}`);
  }
}

function tell(detection: Detection, file: HostFile, reporter: Reporter): void {
  const { rule, title, severity, techniques } = detection;
  reporter.observe(
    { id: rule, title, severity, techniques },
    {
      title: `${title}: ${file.hostPath}`,
      entity: `file:${file.hostPath}`,
      atMs: file.mtime === undefined ? undefined : file.mtime * 1000,
      excerpt: detection.excerpt,
      where: [{ path: file.path, line: detection.line }],
      confidence: detection.confidence,
      reasons: detection.reasons,
    },
  );
}
