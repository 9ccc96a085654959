import { createVerify, X509Certificate } from 'node:crypto';
import * as v from 'valibot';
import { type Duration, milliseconds } from '../engine/duration.js';

const Text = v.pipe(v.string(), v.maxLength(1_000_000));

/** What SNS posts to HTTP endpoints, as JSON. */
const SnsMessageSchema = v.object({
  Type: v.picklist(['Notification', 'SubscriptionConfirmation', 'UnsubscribeConfirmation']),
  MessageId: Text,
  TopicArn: Text,
  Message: Text,
  Timestamp: Text,
  SignatureVersion: v.picklist(['1', '2']),
  Signature: Text,
  SigningCertURL: Text,
  Subject: v.nullish(Text),
  SubscribeURL: v.nullish(Text),
  Token: v.nullish(Text),
});
type SnsMessage = v.InferOutput<typeof SnsMessageSchema>;

export interface SnsTrust {
  /** Topics that may speak to us. Anybody has a topic, and SNS signs for all of them. */
  readonly topicArns: readonly string[];
  readonly now: Date;
  /** How old a message may be. SNS tries again for an hour. Default 1 h. */
  readonly maxAge?: Duration;
  /** Gets the certificate, as PEM; asked only for addresses of SNS itself. Keep what it got: it seldom changes. */
  readonly fetchCertificate: (url: string) => Promise<string>;
}

export type SnsProblem =
  | 'NOT_SNS'
  | 'UNKNOWN_TOPIC'
  | 'BAD_CERTIFICATE_URL'
  | 'NO_CERTIFICATE'
  | 'BAD_CERTIFICATE'
  | 'BAD_SIGNATURE'
  | 'TOO_OLD';

const TOPIC = /^arn:(aws|aws-cn|aws-us-gov):sns:([a-z0-9-]{1,32}):[0-9]{12}:[A-Za-z0-9_-]{1,256}(\.fifo)?$/;
const CERTIFICATE_PATH = /^\/SimpleNotificationService-[A-Za-z0-9]{1,64}\.pem$/;
const AHEAD_MS = 300_000;

/** Fields in the order in which SNS signs them. */
const SIGNED = {
  Notification: ['Message', 'MessageId', 'Subject', 'Timestamp', 'TopicArn', 'Type'],
  SubscriptionConfirmation: [
    'Message',
    'MessageId',
    'SubscribeURL',
    'Timestamp',
    'Token',
    'TopicArn',
    'Type',
  ],
  UnsubscribeConfirmation: ['Message', 'MessageId', 'SubscribeURL', 'Timestamp', 'Token', 'TopicArn', 'Type'],
} as const;

function signedText(message: SnsMessage): string {
  return SIGNED[message.Type]
    .map((name) => [name, message[name]] as const)
    .filter(([, value]) => value !== undefined && value !== null)
    .map(([name, value]) => `${name}\n${value}\n`)
    .join('');
}

/** The certificate lies with SNS in the topic's own region, and nowhere else: any other host signs for itself. */
function isSnsAddress(address: string, topicArn: string): boolean {
  const [, partition, region] = TOPIC.exec(topicArn) ?? [];
  const host = `sns.${region}.amazonaws.com${partition === 'aws-cn' ? '.cn' : ''}`;
  if (!URL.canParse(address)) return false;
  const { protocol, host: given, pathname, search, hash, username, password } = new URL(address);
  const plain = [search, hash, username, password].every((part) => part === '');
  return protocol === 'https:' && given === host && CERTIFICATE_PATH.test(pathname) && plain;
}

function certificateIn(pem: string, now: Date): X509Certificate | undefined {
  try {
    const certificate = new X509Certificate(pem);
    const valid = now >= new Date(certificate.validFrom) && now <= new Date(certificate.validTo);
    return valid ? certificate : undefined;
  } catch {
    return undefined;
  }
}

function isSigned(message: SnsMessage, certificate: X509Certificate): boolean {
  const verify = createVerify(message.SignatureVersion === '2' ? 'RSA-SHA256' : 'RSA-SHA1');
  verify.update(signedText(message), 'utf8');
  return verify.verify(certificate.publicKey, message.Signature, 'base64');
}

function isFresh({ Timestamp: timestamp }: SnsMessage, { now, maxAge = { hours: 1 } }: SnsTrust): boolean {
  const age = now.getTime() - Date.parse(timestamp);
  return age <= milliseconds(maxAge) && age >= -AHEAD_MS;
}

/**
 * What is wrong with a message that claims to come from SNS; undefined: SNS signed it for one of these topics, lately.
 *
 * @see https://docs.aws.amazon.com/sns/latest/dg/sns-verify-signature-of-message.html
 */
export async function snsProblem(input: unknown, trust: SnsTrust): Promise<SnsProblem | undefined> {
  const parsed = v.safeParse(SnsMessageSchema, input);
  if (!parsed.success) return 'NOT_SNS';
  const message = parsed.output;
  if (!TOPIC.test(message.TopicArn) || !trust.topicArns.includes(message.TopicArn)) return 'UNKNOWN_TOPIC';
  if (!isSnsAddress(message.SigningCertURL, message.TopicArn)) return 'BAD_CERTIFICATE_URL';
  const pem = await trust.fetchCertificate(message.SigningCertURL).catch(() => undefined);
  if (pem === undefined) return 'NO_CERTIFICATE';
  const certificate = certificateIn(pem, trust.now);
  if (certificate === undefined) return 'BAD_CERTIFICATE';
  if (!isSigned(message, certificate)) return 'BAD_SIGNATURE';
  return isFresh(message, trust) ? undefined : 'TOO_OLD';
}
