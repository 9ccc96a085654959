/** What our handlers read of Lambda's context. */
export interface LambdaContext {
  /** Milliseconds until the invocation is ended. */
  getRemainingTimeInMillis(): number;
  /** What the function was given, in MiB. */
  readonly memoryLimitInMB?: string;
}

const MIB = 2 ** 20;

/** Memory of the function, as the worker takes it. */
export function memoryOf({ memoryLimitInMB }: LambdaContext): { readonly memoryBytes?: number } {
  const mebibytes = Number(memoryLimitInMB);
  return mebibytes > 0 ? { memoryBytes: mebibytes * MIB } : {};
}
