/** One stored copy of a message: a standard queue keeps several, and now and then delivers more than one. */
export interface QueueMessage {
  readonly messageId: string;
  readonly body: string;
  readonly sentAtMs: number;
  visibleAtMs: number;
  receiveCount: number;
  firstReceivedAtMs: number | undefined;
  /** When it was last received; from then on it can be hidden for twelve hours at most. */
  lastReceivedAtMs: number | undefined;
  /** The handle of the last receipt: earlier ones delete nothing. */
  handle: string | undefined;
}
