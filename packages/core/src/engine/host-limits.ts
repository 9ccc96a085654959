/**
 * What the process has that a call runs in, as far as its host knows. A process of one's own has no end and names no
 * memory.
 */
export interface HostLimits {
  /** When the process ends, whatever is under way. */
  readonly endsAt?: Date;
  readonly memoryBytes?: number;
}
