import type { HostLimits } from '@cordon/core';

const MIB = 2 ** 20;

/** Lambda gives a processor for so much memory, and less for less. https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html */
const MEMORY_OF_A_PROCESSOR = 1_769 * MIB;
/** What every analysis takes, twice over: 259 MiB at most. `npm run bench -- collection`. */
const LEAST_MEMORY = 512 * MIB;
/** Of the time that is left, for an estimate that is none too good. */
const SHARE_OF_TIME = 0.7;

export interface PlaceOptions {
  /** Default: by size. `forensic-instance`: always there, where there is one. */
  readonly where?: 'by-size' | 'forensic-instance';
  /** What this host looks through in a second, of the bytes as they are stored. Default: a careful figure, and less in a small function. */
  readonly bytesPerSecond?: number;
}

/** Where an analysis runs, and why, in figures. */
export interface Place {
  readonly at: 'here' | 'forensic-instance';
  /** Whether it can come to its end here. */
  readonly fitsHere: boolean;
  readonly because: string;
}

export interface Weighed {
  readonly evidenceBytes: number;
  /** Of one whole processor. */
  readonly bytesPerSecond: number;
  readonly limits: HostLimits;
  readonly now: Date;
  readonly attempt: number;
  readonly options: PlaceOptions;
}

const megabytes = (bytes: number) => `${(bytes / 1e6).toFixed(bytes < 1e7 ? 1 : 0)} MB`;

function speedHere({ limits: { memoryBytes }, bytesPerSecond, options }: Weighed): number {
  const share = memoryBytes === undefined ? 1 : Math.min(1, memoryBytes / MEMORY_OF_A_PROCESSOR);
  return options.bytesPerSecond ?? bytesPerSecond * share;
}

/** Why it does not fit; undefined: it does. */
function obstacle(weighed: Weighed, leftSeconds: number): string | undefined {
  const { limits, evidenceBytes, attempt } = weighed;
  const { memoryBytes = Number.POSITIVE_INFINITY } = limits;
  const seconds = Math.ceil(evidenceBytes / speedHere(weighed));
  const memory = memoryBytes < Number.POSITIVE_INFINITY ? ` and ${Math.floor(memoryBytes / MIB)} MiB` : '';
  const sizes = `${megabytes(evidenceBytes)} of evidence take about ${seconds} s, this host gives ${leftSeconds} s${memory}`;
  if (memoryBytes < LEAST_MEMORY) return `${sizes}: it takes ${LEAST_MEMORY / MIB} MiB`;
  if (seconds > leftSeconds * SHARE_OF_TIME)
    return `${sizes}, of which ${Math.floor(leftSeconds * SHARE_OF_TIME)} s are counted on`;
  return attempt > 1 ? `${sizes}, and an earlier attempt here did not come to its end` : undefined;
}

function leftSecondsOf({ limits: { endsAt }, now }: Weighed): number | undefined {
  return endsAt === undefined ? undefined : Math.floor((endsAt.getTime() - now.getTime()) / 1000);
}

/** In this process while that lives long enough and has the memory, else beside the evidence. */
export function choosePlace(weighed: Weighed): Place {
  const left = leftSecondsOf(weighed);
  const against = left === undefined ? undefined : obstacle(weighed, left);
  const fitsHere = against === undefined;
  if (weighed.options.where === 'forensic-instance')
    return { at: 'forensic-instance', fitsHere, because: 'the pipeline asks for it' };
  if (against !== undefined) return { at: 'forensic-instance', fitsHere, because: against };
  const because =
    left === undefined
      ? `nobody ends this process, and ${megabytes(weighed.evidenceBytes)} of evidence are read as they come`
      : `${megabytes(weighed.evidenceBytes)} of evidence take about ${Math.ceil(weighed.evidenceBytes / speedHere(weighed))} s of the ${left} s that this host gives`;
  return { at: 'here', fitsHere, because };
}
