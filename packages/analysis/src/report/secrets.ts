/**
 * What opens doors, wherever it stands in a text. The page goes by mail and chat to people who may read of the incident
 * and not of these; the evidence keeps them, and the page says where. Slack's messages have a list of their own, for
 * this package takes nothing from others but types.
 */
const SECRETS: readonly RegExp[] = [
  /\b(?:AKIA|ASIA)[0-9A-Z]{16}\b/g,
  /\bxox[abeoprs]-[0-9A-Za-z-]{8,}/g,
  /\bgh[oprsu]_[0-9A-Za-z]{20,}/g,
  /\beyJ[0-9A-Za-z_-]{8,}\.[0-9A-Za-z_-]{8,}\.[0-9A-Za-z_-]{8,}/g,
  /-----BEGIN [A-Z ]{0,30}PRIVATE KEY-----[\s\S]{0,4000}?(?:-----END [A-Z ]{0,30}PRIVATE KEY-----|$)/g,
  /(?<=\b[a-z][a-z0-9+.-]{1,20}:\/\/[^\s/:@]{1,64}:)[^\s/@]{1,256}(?=@)/gi,
  /(?<=(?:password|passwd|secret|secret_access_key|token|api_?key)["']?\s{0,3}[=:]\s{0,3}["']?)[^\s"'&]{4,}/gi,
  /(?<=[?&]X-Amz-(?:Signature|Security-Token|Credential)=)[^&\s]+/gi,
];

export function withoutSecrets(text: string): string {
  return SECRETS.reduce((left, secret) => left.replaceAll(secret, '[redacted]'), text);
}
