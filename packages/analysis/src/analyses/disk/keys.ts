import type { Observation } from '@cordon/core';
import type { HostFile, Visitor } from '../../engine/analysis.js';
import type { Reporter, Rule } from '../../engine/reporter.js';
import { type AuthorizedKey, parseAuthorizedKey } from '../../parsers/authorized-keys.js';
import { userOfHome } from './home.js';
import { intrusionOf } from './intrusion-window.js';

const KEY: Rule = {
  id: 'persistence.authorized-key',
  title: 'A key may log in',
  severity: 'info',
  techniques: ['T1098.004'],
};
const KEY_FILE = /\/\.ssh\/authorized_keys2?$|^\/etc\/ssh\/authorized_keys(?:\/|\.d\/)[^/]+$/;
const MAX_KEYS = 10_000;

interface Found {
  readonly key: AuthorizedKey;
  readonly user: string;
  readonly file: HostFile;
  readonly line: number;
}

/**
 * Keys that may log in. A list of them is for information; a file that changed while the intruder was there,
 * or a key that runs a command, is a finding.
 */
export class AuthorizedKeys {
  readonly #found: Found[] = [];

  constructor(private readonly reporter: Reporter) {}

  visit(file: HostFile): Visitor | undefined {
    const path = file.hostPath ?? '';
    if (file.type !== 'file' || !KEY_FILE.test(path)) return undefined;
    return {
      wants: 'lines',
      line: ({ text, number }) => {
        const key = parseAuthorizedKey(text);
        if (key !== undefined && this.#found.length < MAX_KEYS)
          this.#found.push({ key, user: userOfHome(path), file, line: number });
      },
    };
  }

  finish(seen: readonly Observation[]): void {
    const window = intrusionOf(seen, this.reporter.context);
    const flagged = new Set(
      seen
        .filter(({ rule }) => rule.startsWith('account.second') || rule === 'log.user-added')
        .map(({ entity }) => entity),
    );
    const others = new Map<string, number>();
    for (const { key } of this.#found) others.set(key.fingerprint, (others.get(key.fingerprint) ?? 0) + 1);
    for (const found of this.#found) {
      const changed = window?.contains(found.file.mtime) === true;
      const reasons = this.#reasons(found, {
        changed,
        flagged,
        alone: others.get(found.key.fingerprint) === 1,
      });
      this.#tell(found, reasons);
    }
  }

  #reasons(
    { key, user }: Found,
    known: { readonly changed: boolean; readonly flagged: ReadonlySet<string>; readonly alone: boolean },
  ): readonly string[] {
    const owner = key.comment.split('@')[0] ?? '';
    return [
      ...(known.changed && known.alone
        ? ['its file was written while the intruder was there, and no other file has this key']
        : []),
      ...(owner !== '' && known.flagged.has(`user:${owner}`)
        ? [`its comment names ${owner}, an account of the intruder`]
        : []),
      ...(/\bcommand="[^"]*(?:\/dev\/tcp|curl|wget|\/tmp\/)/.test(key.options)
        ? [`it runs a command: ${key.options}`]
        : []),
      ...(known.changed && user === 'root' && known.alone ? ['it lets in root'] : []),
    ];
  }

  #tell({ key, user, file, line }: Found, reasons: readonly string[]): void {
    const suspicious = reasons.length > 0;
    this.reporter.observe(KEY, {
      title: suspicious ? `A key of the intruder may log in as ${user}` : `A key may log in as ${user}`,
      severity: suspicious ? 'high' : 'info',
      entity: `key:${key.fingerprint}`,
      atMs: suspicious && file.mtime !== undefined ? file.mtime * 1000 : undefined,
      excerpt: `${key.options} ${key.type} ${key.fingerprint} ${key.comment}`.trim(),
      where: [{ path: file.path, line }],
      confidence: Math.min(0.97, 0.5 + 0.2 * reasons.length),
      reasons: [...reasons, `file: ${file.hostPath}`],
    });
  }
}
