import { createHash } from 'node:crypto';
import type { SimulatedRegion } from '../account.js';
import { awsError } from '../errors.js';
import { slice } from '../slice.js';

interface Kept {
  readonly parameters: string;
  readonly made: unknown;
}

const LONGEST_TOKEN = 64;

/** What was made under which token. EC2 answers the same again, whatever has become of it since. */
class ClientTokens {
  readonly #kept = new Map<string, Kept>();

  /**
   * Makes it once for each token.
   *
   * @throws AwsError `IdempotentParameterMismatch` when the token comes again with other parameters
   */
  once<T>(token: string | undefined, parameters: object, make: () => T): T {
    if (token === undefined) return make();
    if (token.length > LONGEST_TOKEN || !/^[\x21-\x7e]+$/.test(token)) {
      throw awsError('InvalidParameterValue', `Value (${token}) for parameter clientToken is invalid.`);
    }
    const digest = createHash('sha256').update(JSON.stringify(parameters)).digest('hex');
    const kept = this.#kept.get(token);
    if (kept !== undefined && kept.parameters !== digest) {
      throw awsError(
        'IdempotentParameterMismatch',
        'The request uses the same client token as a previous, but non-identical request.',
      );
    }
    // Only `once` writes, and a token belongs to one operation with one output.
    if (kept !== undefined) return kept.made as T;
    const made = make();
    this.#kept.set(token, { parameters: digest, made });
    return made;
  }
}

/** The tokens of a region. */
export const clientTokens = slice((_region: SimulatedRegion) => new ClientTokens());
