import * as v from 'valibot';
import { canonicalJson } from './canonical.js';
import { encodeName } from './names.js';

/** Small texts that are written once and never changed or deleted. */
export interface WriteOnce {
  /** Atomic over processes; false when the name is taken. Durable when it resolves. */
  create(name: string, text: string): Promise<boolean>;
  read(name: string): Promise<string>;
  /** Names that begin with `folder/`, without it. */
  list(folder: string): Promise<readonly string[]>;
}

const LeaseSchema = v.object({ incidentId: v.string() });
const GRANT = /^([0-9]{6})\.json$/;
const RELEASED = /^([0-9]{6})\.released\.json$/;
const DIGITS = 6;

/** The youngest lease of a suspect. */
interface Latest {
  readonly generation: number;
  readonly released: boolean;
}

const grantName = (folder: string, generation: number) =>
  `${folder}/${String(generation).padStart(DIGITS, '0')}.json`;
const releasedName = (folder: string, generation: number) =>
  grantName(folder, generation).replace(/json$/, 'released.json');

function generations(names: readonly string[], pattern: RegExp): readonly number[] {
  return names.flatMap((name) => pattern.exec(name)?.[1] ?? []).map(Number);
}

function latestOf(names: readonly string[]): Latest {
  const generation = Math.max(0, ...generations(names, GRANT));
  const released = generation === 0 || generations(names, RELEASED).includes(generation);
  return { generation, released };
}

/**
 * Who works on a suspect. Leases are numbered: a new one may be written only under the number after a released one, and
 * only by one writer. Nothing is ever deleted, so no crash between two operations can leave it undecided, and a bucket
 * that denies deletion will do.
 */
export class Leases {
  readonly #texts: WriteOnce;

  constructor(texts: WriteOnce) {
    this.#texts = texts;
  }

  /** The incident that holds the suspect: `candidate` when nobody did. */
  async lease(suspectKey: string, candidate: string): Promise<string> {
    const folder = encodeName(suspectKey);
    for (;;) {
      const latest = latestOf(await this.#texts.list(folder));
      if (!latest.released) return this.#holder(folder, latest.generation);
      const text = canonicalJson({ incidentId: candidate, suspect: suspectKey });
      if (await this.#texts.create(grantName(folder, latest.generation + 1), text)) return candidate;
    }
  }

  async release(suspectKey: string, incidentId: string): Promise<void> {
    const folder = encodeName(suspectKey);
    const { generation, released } = latestOf(await this.#texts.list(folder));
    if (released || (await this.#holder(folder, generation)) !== incidentId) return;
    await this.#texts.create(releasedName(folder, generation), canonicalJson({ incidentId }));
  }

  async #holder(folder: string, generation: number): Promise<string> {
    const text = await this.#texts.read(grantName(folder, generation));
    return v.parse(LeaseSchema, JSON.parse(text)).incidentId;
  }
}
