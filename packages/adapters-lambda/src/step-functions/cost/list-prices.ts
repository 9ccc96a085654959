/** What AWS takes, in US dollars, without the free tier. */
export interface ListPrices {
  /** What they are of, for the plan. */
  readonly basis: string;
  readonly lambdaRequest: number;
  /** Of a function on arm64. */
  readonly lambdaGibSecond: number;
  readonly stateTransition: number;
  /** PUT, COPY, POST and LIST. */
  readonly s3Write: number;
  /** GET, HEAD and all others. */
  readonly s3Read: number;
}

/**
 * Of eu-west-1, which are those of us-east-1, as far as known in 2026-11; most other regions take up to a third more.
 * https://aws.amazon.com/lambda/pricing/, https://aws.amazon.com/step-functions/pricing/ (standard workflows),
 * https://aws.amazon.com/s3/pricing/ (S3 Standard)
 */
export const LIST_PRICES: ListPrices = {
  basis: 'list prices of eu-west-1, as far as known in 2026-11',
  lambdaRequest: 0.2 / 1_000_000,
  lambdaGibSecond: 0.000_013_333_4,
  stateTransition: 0.025 / 1000,
  s3Write: 0.005 / 1000,
  s3Read: 0.000_4 / 1000,
};
