import type { Severity } from '../../detector.js';
import type { Analysis, HostFile, Visitor } from '../../engine/analysis.js';
import { type Place, Reporter, type Rule } from '../../engine/reporter.js';
import { ByteScanner, type Hit, Scratch } from './byte-scanner.js';
import { needlesOf } from './needles.js';

const INDICATOR: Rule = {
  id: 'indicator.in-file',
  title: 'Something that the finding names stands in a file',
  severity: 'medium',
  techniques: ['T1071'],
};

/** Tables and records, of which other analyses tell what an address in them means. */
const JUDGED_ELSEWHERE = /^(?:live|control-plane)\//;
/** Hits of one thing in one file that are kept. */
const MAX_PLACES = 12;

/** Looks for the addresses and domains of the finding in every file that was collected. */
export function indicatorAnalysis(): Analysis {
  return {
    id: 'indicators',
    begin(context, output) {
      const reporter = new Reporter(context, output);
      const needles = needlesOf(context.indicators);
      const scratch = new Scratch();
      return {
        visit(file) {
          if (needles.length === 0 || file.type !== 'file' || JUDGED_ELSEWHERE.test(file.path))
            return undefined;
          const tally = new Tally(file, reporter);
          return visitor(file, tally, new ByteScanner(needles, (hit) => tally.add(hit), scratch));
        },
      };
    },
  };
}

function visitor(file: HostFile, tally: Tally, scanner: ByteScanner): Visitor | undefined {
  if (file.sizeBytes === 0) return undefined;
  return {
    wants: 'chunks',
    chunk: (bytes) => scanner.push(bytes),
    end() {
      scanner.end();
      tally.tell();
    },
  };
}

interface Found {
  count: number;
  readonly first: Hit;
  readonly places: Place[];
}

class Tally {
  readonly #found = new Map<string, Found>();

  constructor(
    private readonly file: HostFile,
    private readonly reporter: Reporter,
  ) {}

  add(hit: Hit): void {
    const { path } = this.file;
    const { line, offsetBytes } = hit;
    // A memory image has no lines.
    const place = path.endsWith('.lime') ? { path, offsetBytes } : { path, line, offsetBytes };
    const known = this.#found.get(hit.needle.entity);
    if (known === undefined) this.#found.set(hit.needle.entity, { count: 1, first: hit, places: [place] });
    else {
      known.count += 1;
      if (known.places.length < MAX_PLACES) known.places.push(place);
    }
  }

  tell(): void {
    const path = this.file.hostPath ?? this.file.path;
    for (const [entity, { count, first, places }] of this.#found) {
      this.reporter.observe(INDICATOR, {
        title: `${first.needle.text} stands in ${path}, ${count === 1 ? 'once' : `${count} times`}`,
        severity: severityIn(path),
        entity,
        excerpt: first.context.toString('utf8'),
        where: places,
        confidence: 0.9,
        reasons: ['the finding names it'],
      });
    }
  }
}

/** A log may only have heard of an address; a program or a configuration that names it was made to. */
function severityIn(path: string): Severity {
  if (/^\/var\/log\//.test(path)) return 'medium';
  return /^\/(?:etc|tmp|var\/tmp|dev\/shm|var\/www|srv|root|home|usr|opt|var\/spool)\//.test(path)
    ? 'high'
    : 'medium';
}
