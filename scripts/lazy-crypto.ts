import type { Plugin } from 'esbuild';

const FUNCTIONS = [
  'createHash',
  'createHmac',
  'createPublicKey',
  'createVerify',
  'hash',
  'randomUUID',
  'timingSafeEqual',
  'verify',
];
const CLASSES = ['X509Certificate'];

/** A name that is missing here fails the build. */
const contents = [
  "const crypto = () => process.getBuiltinModule('node:crypto');",
  ...FUNCTIONS.map((name) => `export const ${name} = (...given) => crypto().${name}(...given);`),
  ...CLASSES.map(
    (name) => `export function ${name}(...given) { return Reflect.construct(crypto().${name}, given); }`,
  ),
].join('\n');

/** Loads `node:crypto` when something is first hashed: OpenSSL takes a fifth of the time of an import that does not hash. */
export const lazyCrypto: Plugin = {
  name: 'lazy-crypto',
  setup(build) {
    build.onResolve({ filter: /^(?:node:)?crypto$/ }, () => ({ path: 'crypto', namespace: 'lazy-crypto' }));
    build.onLoad({ filter: /.*/, namespace: 'lazy-crypto' }, () => ({ contents, loader: 'js' }));
  },
};
