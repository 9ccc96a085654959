import * as v from 'valibot';

const Archive = {
  size: v.pipe(v.string(), v.regex(/^\d{1,12}$/)),
  sha256: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/)),
  plugins: v.string(),
};
/** What `volatility.sh` answers. */
export const RunAnswer = v.variant('available', [
  v.object({ available: v.literal('0') }),
  v.object({ available: v.literal('1'), ...Archive }),
]);
export const VolatilityTicket = v.variant('stage', [
  v.object({ stage: v.literal('running'), commandId: v.string() }),
  v.object({ stage: v.literal('uploading'), commandId: v.string(), ...Archive }),
]);
export type Uploading = Extract<v.InferOutput<typeof VolatilityTicket>, { stage: 'uploading' }>;
