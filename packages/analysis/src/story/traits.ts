import type { Finding, Observation } from '@cordon/core';

/** How many characters of free text are read for traits: excerpts are the intruder's, and he may write long ones. */
const MAX_TEXT = 2_000;

const ADDRESS = /(?<![\d.:\w])(?:\d{1,3}\.){3}\d{1,3}(?![\d.]*\d)/g;
const ENDPOINT = /(?<![\d.:\w])(?:\d{1,3}\.){3}\d{1,3}:\d{1,5}\b/g;
const PATH = /(?<![\w/.])\/(?:[\w.+@-]{1,255}\/){1,40}[\w.+@-]{0,254}[\w+@-]/g;
const DIGEST = /\b[0-9a-f]{64}\b/g;

/** On every host, in every log: sharing one of these ties nothing to anything. */
const COMMON_PATH =
  /^\/(?:bin|sbin|lib|lib64|usr\/(?:s?bin|lib|lib64|share)|proc|sys|run|dev(?!\/shm)|var\/(?:log|lib|run))\/|^\/etc\/(?:passwd|shadow|group|gshadow|sudoers|hosts)$/;
const COMMON_ADDRESS = /^(?:0\.|127\.|169\.254\.|255\.)|^(?:::1?|fe80:.*)$/i;
/** Accounts that every host has; what one of them did was not done by one and the same. */
const COMMON_USER = new Set(['root', 'nobody', 'daemon', 'www-data', 'apache', 'nginx', '?', '']);

/** What is known before anything is compared. */
export interface Known {
  /** The suspect's own addresses: they are in everything that its logs say. */
  readonly own: ReadonlySet<string>;
  /** In lower case: a word with a dot may be a file as well, so only what the finding names is taken for a host. */
  readonly domains: readonly string[];
}

/**
 * What two observations can have in common: `ip:203.0.113.66`, `endpoint:203.0.113.66:4444`, `domain:evil.example`,
 * `file:/tmp/x`, `sha256:...`, `user:deploy`.
 */
export function traitsOf(observation: Observation, { own, domains }: Known): readonly string[] {
  const { entity, title, excerpt = '', reasons = [], evidence } = observation;
  const text = [title, excerpt, ...reasons].join('\n').slice(0, MAX_TEXT);
  const traits = [
    entity.startsWith('domain:') ? entity.toLowerCase() : entity,
    ...(text.match(ADDRESS) ?? []).map((address) => `ip:${address}`),
    ...(text.match(ENDPOINT) ?? []).map((endpoint) => `endpoint:${endpoint}`),
    ...domainsIn(text, domains),
    ...(text.match(PATH) ?? []).map((path) => `file:${path}`),
    ...(isSystemProgram(observation) ? [] : (text.match(DIGEST) ?? [])).map((digest) => `sha256:${digest}`),
    // A program, a unit or a script that was observed is itself the evidence.
    ...evidence.flatMap(({ path }) => (path?.startsWith('fs/') === true ? [`file:${path.slice(2)}`] : [])),
  ];
  return [...new Set(traits)].filter((trait) => ties(trait, own));
}

/** A process that runs the host's own shell: its digest is on every host. */
export function isSystemProgram({ entity, excerpt = '' }: Pick<Observation, 'entity' | 'excerpt'>): boolean {
  const program = /^(\/[^\s:]+):/.exec(excerpt)?.[1];
  return entity.startsWith('process:') && program !== undefined && COMMON_PATH.test(program);
}

/** What the finding itself names. */
export function traitsOfFinding({ remote }: Finding): readonly string[] {
  return [
    ...remote.addresses.map((address) => `ip:${address}`),
    ...remote.addresses.flatMap((address) => remote.ports.map((port) => `endpoint:${address}:${port}`)),
    ...remote.domains.map((domain) => `domain:${domain.toLowerCase()}`),
  ];
}

function domainsIn(text: string, domains: readonly string[]): readonly string[] {
  if (domains.length === 0) return [];
  const low = text.toLowerCase();
  return domains.filter((domain) => standsIn(low, domain)).map((domain) => `domain:${domain}`);
}

/** Whether a domain, or a name below it, stands in a text: `evil.example` does not stand in `notevil.example`. */
function standsIn(text: string, domain: string): boolean {
  for (let at = text.indexOf(domain); at !== -1; at = text.indexOf(domain, at + 1)) {
    const [before = '', after = ''] = [text[at - 1], text[at + domain.length]];
    if (!/[\w-]/.test(before) && !/[\w-]/.test(after)) return true;
  }
  return false;
}

function ties(trait: string, own: ReadonlySet<string>): boolean {
  const colon = trait.indexOf(':');
  const [kind, value] = [trait.slice(0, colon), trait.slice(colon + 1)];
  if (kind === 'ip') return !COMMON_ADDRESS.test(value) && !own.has(value);
  if (kind === 'file') return !COMMON_PATH.test(value);
  if (kind === 'user') return !COMMON_USER.has(value);
  return kind !== 'instance' && colon > 0;
}
