import type { MrkdwnElement } from '@slack/web-api';

/** Slack's limit for the text of a section. */
export const MAX_SECTION = 3000;

/** Things that must not stand in a channel that many read; evidence keeps them. */
const SECRETS: readonly RegExp[] = [
  /\b(?:AKIA|ASIA)[0-9A-Z]{16}\b/g,
  /\bxox[abeoprs]-[0-9A-Za-z-]{8,}/g,
  /\bgh[oprsu]_[0-9A-Za-z]{20,}/g,
  /\beyJ[0-9A-Za-z_-]{8,}\.[0-9A-Za-z_-]{8,}\.[0-9A-Za-z_-]{8,}/g,
  /(?<=\b(?:password|passwd|secret|token)["']?\s{0,3}[=:]\s{0,3}["']?)[^\s"'&]{4,}/gi,
  /(?<=[?&]X-Amz-(?:Signature|Security-Token|Credential)=)[^&\s]+/g,
];

function withoutSecrets(text: string): string {
  return SECRETS.reduce((left, secret) => left.replaceAll(secret, '[redacted]'), text);
}

/** Control characters, and the marks that turn the direction of text: a name must not rewrite the line it stands in. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
const UNSEEN = /[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g;

/** What Slack reads as markup. */
const MARKUP: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };

/**
 * Anybody's text as mere text for Slack: no mention, no link, no formatting, no secret, at most `limit` characters
 * after escaping.
 */
export function slackText(text: string, limit = 300): string {
  const plain = withoutSecrets(text).replaceAll(UNSEEN, ' ');
  let escaped = '';
  for (const character of plain) {
    const next = MARKUP[character] ?? character;
    if (escaped.length + next.length > limit - 1) return `${escaped}…`;
    escaped += next;
  }
  return escaped;
}

/** The same within backticks, where only a backtick could end it. */
export function slackCode(text: string, limit = 300): string {
  return `\`${slackText(text.replaceAll('`', "'"), limit)}\``;
}

/**
 * Text with our own formatting. Of itself Slack would make links of the addresses and channels that stand in it:
 * https://docs.slack.dev/reference/block-kit/composition-objects/text-object
 */
export function markup(text: string): MrkdwnElement {
  return { type: 'mrkdwn', text, verbatim: true };
}

/** Cuts what is put together to what a section holds. */
export function section(lines: readonly string[]): string {
  let text = '';
  for (const [index, line] of lines.entries()) {
    const more = `\n… and ${lines.length - index} more`;
    if (text.length + line.length + 1 > MAX_SECTION - more.length) return text + more;
    text += index === 0 ? line : `\n${line}`;
  }
  return text;
}
