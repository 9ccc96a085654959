import { type Artifact, defineStep, type Observation, shown } from '@cordon/core';
import { triage } from '@cordon/core/steps';
import { knownBad } from './known-bad-fact.js';
import { type Program, programsOf } from './process-list.js';
import { fileFromTriage } from './triage-file.js';

const PROCESSES = 'live/processes.tsv';

export interface KnownBadOptions {
  /** SHA-256 of programs in hex, and what each of them is: `Perl shellbot`. */
  readonly hashes: ReadonlyMap<string, string>;
}

function observation(artifact: Artifact, { pid, exe, sha256, line }: Program, name: string): Observation {
  return {
    rule: 'acme.known-bad-program',
    title: `Known-bad program runs: ${name} (${pid})`,
    severity: 'critical',
    techniques: [],
    entity: `process:${pid}`,
    // The path is the intruder's: cut and made visible, and never a part of a command.
    excerpt: `${shown(exe)} ${sha256}`,
    evidence: [{ artifact: artifact.path, path: PROCESSES, line }],
    confidence: 1,
  };
}

/**
 * Compares the programs of the running processes with a list of hashes.
 *
 * @throws StepFailure `ACME_NO_PROCESSES`: the triage holds no process list
 */
export function knownBadPrograms({ hashes }: KnownBadOptions) {
  const known = new Map([...hashes].map(([sha256, name]) => [sha256.toLowerCase(), name]));
  return defineStep({
    id: 'acme.known-bad',
    title: 'Compares the programs that run with a list of known-bad hashes',
    phase: 'examine',
    needs: [triage],
    provides: [knownBad],
    timeout: { minutes: 15 },
    callTimeout: { minutes: 5 },
    async start(ctx, facts) {
      const { artifact } = facts.triage;
      const tsv = await fileFromTriage(ctx.evidence.open(artifact), PROCESSES, ctx.signal);
      const programs = programsOf(tsv).filter(({ sha256 }) => sha256 !== '');
      const hits = programs.flatMap((program) => {
        const name = known.get(program.sha256);
        return name === undefined ? [] : [observation(artifact, program, name)];
      });
      ctx.observe(...hits);
      if (programs.length === 0) ctx.gap('ACME_NO_HASHES', 'no program of the suspect could be hashed');
      return ctx.done({ 'acme.known-bad': { programs: programs.length, hits: hits.length } });
    },
  });
}
