/** One SDK call as the driver's process sends it. */
export interface RemoteCall {
  /** IAM's prefix: `ec2`. */
  readonly service: string;
  readonly operation: string;
  readonly region: string;
  readonly credentials: object;
  /** Its streams read to bytes. */
  readonly input: object;
}

/** An error, as far as data can carry it. */
export interface WireError {
  readonly message: string;
  /** `name`, `code`, `$fault`, `$metadata`, and what else it has of its own. */
  readonly fields: Readonly<Record<string, unknown>>;
}

/** Within which hold of the driver's clock something happens. */
interface Within {
  readonly id: number;
  readonly hold: number | undefined;
}

export type FromDriver =
  | (Within & { readonly kind: 'call'; readonly call: RemoteCall })
  | (Within & { readonly kind: 'sleep'; readonly until: Date })
  | (Within & { readonly kind: 'working' })
  | (Within & { readonly kind: 'idle' })
  /** The call's or sleep's signal has aborted. */
  | { readonly kind: 'abort'; readonly id: number }
  /** What was working or idle is so no more. */
  | { readonly kind: 'release'; readonly id: number }
  /** Nothing happens there any more before it hears something new. */
  | { readonly kind: 'quiet'; readonly heard: number }
  | { readonly kind: 'result'; readonly result: unknown };

export type Reply =
  | { readonly kind: 'task'; readonly task: unknown }
  | { readonly kind: 'answer'; readonly id: number; readonly output: unknown }
  | { readonly kind: 'refusal'; readonly id: number; readonly error: WireError };

/** Virtual time stands still while the driver is at work: it learns of time with what it hears. */
export type ToDriver = Reply & { readonly now: Date };

/** Reason of a signal that has aborted over there; its own reason stays there. */
export class RemoteAbort extends Error {
  override readonly name = 'RemoteAbort';
}
