import type { Finding, Suspect } from '../engine/finding.js';
import { clipped } from './lenient.js';
import type { FindingProblem, PathSegment } from './problem.js';
import { bandOf } from './severity.js';
import { SAMPLE_INSTANCE } from './suspect.js';

/** What one finding of the input gave. */
export interface Parsed {
  readonly findings: readonly Finding[];
  readonly problems: readonly FindingProblem[];
}

/** A finding in its envelope's place; `path` leads to it. */
export interface Source {
  readonly value: Readonly<Record<string, unknown>>;
  readonly path: readonly PathSegment[];
}

/** A finding before it is bound to an instance: one may name several. */
export interface Draft {
  readonly source: Finding['source'];
  readonly id: string;
  readonly arn?: string | undefined;
  readonly type: string;
  readonly title: string | undefined;
  readonly description: string | undefined;
  readonly severity: number;
  readonly resourceRole: Finding['resourceRole'] | undefined;
  readonly sample: boolean;
  readonly firstSeen: string | undefined;
  readonly lastSeen: string | undefined;
  readonly updatedAt: string | undefined;
  readonly count: number | undefined;
  readonly remote: Finding['remote'];
  readonly principal?: string | undefined;
  readonly accessKeyId?: string | undefined;
}

/** A finding is a fact, and must fit into 16 kB of JSON whoever wrote its texts. */
const MAX_JSON_BYTES = {
  id: 512,
  arn: 512,
  type: 256,
  title: 512,
  description: 4096,
  principal: 256,
} as const;

const OPTIONAL = ['accessKeyId', 'resourceRole', 'firstSeen', 'lastSeen', 'updatedAt', 'count'] as const;
const OPTIONAL_TEXTS = ['arn', 'principal'] as const;

function optionals(draft: Draft): Partial<Finding> {
  const plain = OPTIONAL.map((name) => [name, draft[name]] as const);
  const texts = OPTIONAL_TEXTS.map((name) => {
    const text = draft[name];
    return [name, text === undefined ? undefined : clipped(text, MAX_JSON_BYTES[name])] as const;
  });
  return Object.fromEntries([...plain, ...texts].filter(([, value]) => value !== undefined));
}

/** The finding about this instance. */
export function about(draft: Draft, suspect: Suspect): Finding {
  return {
    source: draft.source,
    id: clipped(draft.id, MAX_JSON_BYTES.id),
    type: clipped(draft.type, MAX_JSON_BYTES.type),
    title: clipped(draft.title ?? draft.type, MAX_JSON_BYTES.title),
    description: clipped(draft.description ?? '', MAX_JSON_BYTES.description),
    severity: draft.severity,
    band: bandOf(draft.severity),
    sample: draft.sample || suspect.instanceId === SAMPLE_INSTANCE,
    suspect,
    remote: draft.remote,
    ...optionals(draft),
  };
}
