import { createHash } from 'node:crypto';

/** One key that may log in. */
export interface AuthorizedKey {
  readonly type: string;
  /** `SHA256:...`, as sshd logs it. */
  readonly fingerprint: string;
  readonly comment: string;
  /** Everything before the key: `command="...",no-pty`. */
  readonly options: string;
}

const KEY =
  /(?:^|[ \t])((?:ssh-(?:rsa|dss|ed25519)|ecdsa-sha2-nistp(?:256|384|521)|sk-(?:ssh-ed25519|ecdsa-sha2-nistp256)@openssh\.com)(?:-cert-v01@openssh\.com)?)[ \t]+(AAAA[A-Za-z0-9+/]{16,16384}={0,3})(?:[ \t](.*))?$/s;

/** Parses one line; undefined for comments and for what is no key. */
export function parseAuthorizedKey(text: string): AuthorizedKey | undefined {
  if (text.trimStart().startsWith('#')) return undefined;
  const match = KEY.exec(text);
  if (match === null) return undefined;
  const [, type = '', data = '', comment = ''] = match;
  const digest = createHash('sha256').update(Buffer.from(data, 'base64')).digest('base64');
  return {
    type,
    fingerprint: `SHA256:${digest.replace(/=$/, '')}`,
    comment: comment.trim(),
    options: text.slice(0, match.index).trim(),
  };
}
