/** One process as its folder in /proc tells it. */
export interface SimulatedProcess {
  readonly pid: number;
  readonly parent: number;
  readonly uid: number;
  /** Empty for kernel threads, which have neither command line nor executable. */
  readonly command: readonly string[];
  /** At most 15 characters, as the kernel keeps it. */
  readonly comm: string;
  readonly exe?: string;
  /** The executable was removed while it ran. */
  readonly exeDeleted?: true;
  readonly cwd: string;
  readonly startedAt: Date;
  readonly environment: Readonly<Record<string, string>>;
  /** Inodes of its sockets by file descriptor. */
  readonly sockets: Readonly<Record<number, number>>;
  readonly residentKiB: number;
  readonly nice: number;
}

/** What differs from an ordinary daemon. */
export type ProcessDraft = Partial<SimulatedProcess> & Pick<SimulatedProcess, 'pid' | 'command'>;

export const BASE_ENVIRONMENT = {
  LANG: 'C.UTF-8',
  PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin',
};
