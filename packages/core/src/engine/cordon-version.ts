/** Put in by the build: the commit of the sources, `-dirty` where they were changed since. Sources run without it. */
declare const CORDON_COMMIT: string | undefined;

/** Which Cordon this is. `commit`: 40 hex digits, known of what was built from a git work tree. */
export interface CordonVersion {
  readonly version: string;
  readonly commit?: string;
}

const COMMIT = /^[0-9a-f]{40}(-dirty)?$/;

function commit(): Pick<CordonVersion, 'commit'> {
  const known = typeof CORDON_COMMIT === 'string' ? CORDON_COMMIT : '';
  return COMMIT.test(known) ? { commit: known } : {};
}

/** As package.json has it; a test holds the two together. */
export const CORDON: CordonVersion = { version: '0.1.0', ...commit() };
