import type { Observation } from '@cordon/core';
import type { Analysis, AnalysisContext, HostFile, Visitor } from '../../engine/analysis.js';
import { Reporter, type Rule } from '../../engine/reporter.js';
import { historyShell } from '../../parsers/history.js';
import { TsvParser } from '../../parsers/tsv.js';
import { type FileFacts, factsOfFile, factsOfRow } from './file-facts.js';
import { FILE_RULES } from './file-rules.js';
import { userOfHome } from './home.js';
import { intrusionOf } from './intrusion-window.js';

const EMPTY_HISTORY: Rule = {
  id: 'shell.history-empty',
  title: 'A shell history is empty',
  severity: 'info',
  techniques: ['T1070.003'],
};

const RECENT_SECONDS = 14 * 24 * 3600;
const MAX_REMEMBERED = 20_000;
/** Where what changes is worth a line in the timeline; logs and caches change all the time. */
const CHANGES_TOLD =
  /^\/(?:etc|root|home|tmp|var\/(?:tmp|www|spool\/cron)|dev\/shm|srv|opt|usr\/(?:local|s?bin|lib\/systemd)|boot|lib\/modules)\//;

/**
 * Files by what they are and when they changed, from the list of the whole file system when the
 * collection has it, and from the walk itself.
 */
export function fileAnalysis(): Analysis {
  return {
    id: 'files',
    begin(context, output) {
      const files = new Files(new Reporter(context, output), context);
      return {
        visit: (file) => (file.path === 'meta/files.tsv' ? list(file, files) : files.walked(file)),
        finish: (seen) => files.finish(seen),
      };
    },
  };
}

function list(file: HostFile, files: Files): Visitor {
  const parser = new TsvParser();
  return {
    wants: 'lines',
    line({ text, number }) {
      const row = parser.parse(text);
      const facts = row === undefined ? undefined : factsOfRow(row, { path: file.path, line: number });
      if (facts !== undefined) files.judge(facts);
    },
  };
}

class Files {
  /** Told once, though the list and the walk both show them. */
  readonly #told = new Set<string>();
  readonly #changed: FileFacts[] = [];
  readonly #emptyHistories = new Map<string, FileFacts>();
  readonly #acquiredSeconds: number;

  constructor(
    private readonly reporter: Reporter,
    context: AnalysisContext,
  ) {
    this.#acquiredSeconds = Date.parse(context.acquiredAt) / 1000;
  }

  walked(file: HostFile): undefined {
    const facts = factsOfFile(file);
    if (facts !== undefined) this.judge(facts);
  }

  judge(facts: FileFacts): void {
    for (const rule of FILE_RULES) {
      const suspicion = rule(facts);
      if (suspicion === undefined || this.#once(`${suspicion.rule.id} ${facts.path}`)) continue;
      this.reporter.observe(suspicion.rule, {
        ...suspicion,
        entity: `file:${facts.path}`,
        atMs: facts.mtime === undefined ? undefined : facts.mtime * 1000,
        where: [facts.where],
      });
    }
    this.#remember(facts);
  }

  finish(seen: readonly Observation[]): void {
    const window = intrusionOf(seen, this.reporter.context);
    for (const facts of this.#emptyHistories.values()) {
      const wiped = window?.contains(facts.mtime) === true;
      this.reporter.observe(EMPTY_HISTORY, {
        title: wiped ? `The shell history of ${userOfHome(facts.path)} was emptied` : EMPTY_HISTORY.title,
        severity: wiped ? 'medium' : 'info',
        entity: `file:${facts.path}`,
        atMs: facts.mtime === undefined ? undefined : facts.mtime * 1000,
        where: [facts.where],
        confidence: wiped ? 0.85 : 0.3,
        reasons: wiped ? ['it was last written while the intruder was there'] : [],
      });
    }
    for (const facts of this.#changed) this.#changeEvent(facts);
  }

  #remember(facts: FileFacts): void {
    const { path, type, mtime, sizeBytes } = facts;
    if (type !== 'file') return;
    if (sizeBytes === 0 && historyShell(path) !== undefined && !this.#emptyHistories.has(path))
      this.#emptyHistories.set(path, facts);
    const age = mtime === undefined ? Number.POSITIVE_INFINITY : this.#acquiredSeconds - mtime;
    if (!(age >= -60 && age <= RECENT_SECONDS) || !CHANGES_TOLD.test(path)) return;
    if (this.#changed.length >= MAX_REMEMBERED || this.#once(`changed ${path}`)) return;
    this.#changed.push(facts);
  }

  #changeEvent(facts: FileFacts): void {
    if (facts.mtime === undefined) return;
    this.reporter.event({
      atMs: facts.mtime * 1000,
      what: 'File modified',
      kind: 'file.modified',
      message: `${facts.path} (${facts.sizeBytes} bytes, mode ${facts.mode.toString(8)})`,
      entity: `file:${facts.path}`,
      where: facts.where,
    });
  }

  /** @returns whether it was told before */
  #once(key: string): boolean {
    if (this.#told.has(key)) return true;
    if (this.#told.size < 4 * MAX_REMEMBERED) this.#told.add(key);
    return false;
  }
}
