import * as v from 'valibot';

const Account = v.pipe(v.string(), v.regex(/^[0-9]{12}$/, 'twelve digits'));
const Bucket = v.pipe(v.string(), v.regex(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, 'a bucket'));
const Secret = v.pipe(v.string(), v.minLength(16, 'sixteen characters or more'));

function whole(least: number, most: number) {
  return v.pipe(v.string(), v.transform(Number), v.integer(), v.minValue(least), v.maxValue(most));
}

/** What the process is told by its environment. */
const ConfigSchema = v.object({
  /** Where evidence lies and this process runs. */
  CORDON_SECURITY_ACCOUNT: Account,
  CORDON_REGION: v.pipe(v.string(), v.regex(/^[a-z]{2,4}(-[a-z]+)+-[0-9]$/, 'a region')),
  CORDON_EVIDENCE_BUCKET: Bucket,
  CORDON_STAGING_BUCKET: Bucket,
  /** Of the copies that are kept in the security account. */
  CORDON_KMS_KEY_ARN: v.string(),
  /** The responder's role in every suspect account, and what it asks for. */
  CORDON_RESPONDER_ROLE: v.optional(v.string(), 'CordonResponder'),
  CORDON_EXTERNAL_ID: v.string(),
  CORDON_QUEUE_URL: v.optional(v.pipe(v.string(), v.url())),
  /** Separated by commas: two while one is replaced by another. Without it there is no webhook. */
  CORDON_WEBHOOK_SECRETS: v.optional(
    v.pipe(
      v.string(),
      v.transform((text) => text.split(',')),
      v.array(Secret),
    ),
  ),
  /** On a disk that stays. Without it journals lie in the evidence bucket. */
  CORDON_JOURNAL_DIRECTORY: v.optional(v.string()),
  CORDON_MOST_INCIDENTS: v.optional(whole(1, 1_000), '50'),
  CORDON_MINIMUM_SEVERITY: v.optional(whole(0, 10), '7'),
  CORDON_HOST: v.optional(v.string(), '127.0.0.1'),
  CORDON_PORT: v.optional(whole(0, 65_535), '8080'),
  SLACK_TOKEN: v.optional(v.string()),
  SLACK_CHANNEL: v.optional(v.string()),
});
export type Config = v.InferOutput<typeof ConfigSchema>;

/**
 * Reads the environment.
 *
 * @throws TypeError with one line for each variable that is missing or wrong; values are not shown, some are secrets
 */
export function readConfig(environment: Readonly<Record<string, string | undefined>>): Config {
  const parsed = v.safeParse(ConfigSchema, environment);
  if (!parsed.success) {
    const wrong = parsed.issues.map(({ path, expected, message }) => {
      const name = path?.map(({ key }) => String(key)).join('.');
      return `${name}: ${message.startsWith('Invalid') ? `expected ${expected}` : message}`;
    });
    throw new TypeError(wrong.join('\n'));
  }
  if (parsed.output.CORDON_QUEUE_URL === undefined && parsed.output.CORDON_WEBHOOK_SECRETS === undefined)
    throw new TypeError('neither CORDON_QUEUE_URL nor CORDON_WEBHOOK_SECRETS: no finding would ever come');
  return parsed.output;
}
