/** What our handlers read of Lambda's context. */
export interface LambdaContext {
  /** Milliseconds until the invocation is ended. */
  getRemainingTimeInMillis(): number;
}
