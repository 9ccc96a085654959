/** What a parser may take of anything. */
export const LIMITS = {
  /** Of the process's own time for one input: a machine that others use too may hold it up for longer. */
  runMs: 1000,
  /** Resident, at the peak, of the whole process: Node's own base is in it. Ten to the sixth, not two to the twentieth. */
  residentBytes: 256e6,
  /** Of V8's two generations, so that garbage is not kept for as long as the machine has room. */
  oldMiB: 128,
  youngMiB: 4,
  failures: 5,
} as const;

/** Why an input is a failure. */
export type FailureKind = 'thrown' | 'slow' | 'memory' | 'died' | 'hangs';

/** What the process that fuzzes one parser says, a line of JSON each. */
export type Told =
  | { readonly kind: 'base'; readonly residentBytes: number }
  | {
      readonly kind: 'progress';
      /** The next run. */
      readonly next: number;
      readonly runs: number;
      readonly refused: number;
      readonly cpuSeconds: number;
      readonly longestMs: number;
      readonly peakBytes: number;
    }
  | {
      readonly kind: 'failure';
      readonly run: number;
      readonly failure: FailureKind;
      readonly message: string;
    };
