import { findKey } from '../simulation/access-keys.js';

const KEY_ID = /\b(?:AKIA|ASIA)[A-Z2-7]{16}\b/g;
const BASE64_WORD = /[A-Za-z0-9+/]{40,}={0,2}/g;

function plainTexts(script: string): readonly string[] {
  const decoded = [...script.matchAll(BASE64_WORD)].map(([word]) =>
    Buffer.from(word, 'base64').toString('latin1'),
  );
  return [script, ...decoded];
}

/**
 * Commands stay in Systems Manager's history and on the suspect's disk: no secret key may travel in one, in plain or in
 * base64. (A presigned URL names the key's id, and not the key.)
 *
 * @throws Error that no step handles: the test fails
 */
export function refuseSecrets(script: string): void {
  for (const text of plainTexts(script)) {
    for (const [id] of text.matchAll(KEY_ID)) {
      const secret = findKey(id)?.key.secretAccessKey;
      if (secret !== undefined && text.includes(secret)) {
        throw new Error(
          `an SSM command holds the secret key of ${id}: it stays in the history and on the suspect's disk`,
        );
      }
    }
  }
}
