const FEWEST = 2;
const MOST = 64;

/**
 * A person's name as STS takes it for `SourceIdentity`: 2 to 64 of letters, digits and `_+=,.@-`. The name as it was
 * given stands in the journal.
 */
export function sourceIdentityOf(person: string): string {
  const plain = person.normalize('NFKD').replace(/[^A-Za-z0-9_+=,.@-]+/g, '-');
  return plain.slice(0, MOST).padEnd(FEWEST, '-');
}
