import { closeSync, openSync, writeSync } from 'node:fs';
import { type FileHandle, mkdir, open, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { type ExportFile, type TimelineEvent, timesketchLine } from '@cordon/analysis';
import type { Observation } from '@cordon/core';
import { CliError } from '../cli-error.js';
import { asciiJson, asciiJsonText } from '../text/plain-text.js';

const BUFFERED = 256 * 1024;

/** A file that is new, for lines. */
class LineFile {
  readonly #file: FileHandle;
  #waiting: string[] = [];
  #size = 0;

  private constructor(file: FileHandle) {
    this.#file = file;
  }

  static async create(path: string): Promise<LineFile> {
    return new LineFile(await open(path, 'wx', 0o600));
  }

  async put(line: string): Promise<void> {
    this.#waiting.push(line);
    this.#size += line.length;
    if (this.#size >= BUFFERED) await this.#write();
  }

  async close(): Promise<void> {
    try {
      await this.#write();
    } finally {
      await this.#file.close();
    }
  }

  async #write(): Promise<void> {
    const text = this.#waiting.join('');
    this.#waiting = [];
    this.#size = 0;
    await this.#file.appendFile(text);
  }
}

/** Lines that come from within an analysis, which waits for nobody. */
class SyncLineFile {
  readonly #descriptor: number;
  #waiting: string[] = [];
  #size = 0;

  constructor(path: string) {
    this.#descriptor = openSync(path, 'wx', 0o600);
  }

  put(line: string): void {
    this.#waiting.push(line);
    this.#size += line.length;
    if (this.#size >= BUFFERED) this.#write();
  }

  close(): void {
    this.#write();
    closeSync(this.#descriptor);
  }

  #write(): void {
    writeSync(this.#descriptor, this.#waiting.join(''));
    this.#waiting = [];
    this.#size = 0;
  }
}

/** The folder that results are kept in: never one that has results. */
export class ResultFiles {
  readonly directory: string;
  readonly #observations: LineFile;
  readonly #timeline: LineFile;
  readonly #bodyfile: SyncLineFile;

  private constructor(directory: string, observations: LineFile, timeline: LineFile) {
    this.directory = directory;
    this.#observations = observations;
    this.#timeline = timeline;
    this.#bodyfile = new SyncLineFile(join(directory, 'bodyfile.txt'));
  }

  /**
   * @param evidence - the evidence's own path: nothing is written into it
   * @throws CliError `NOT_WRITTEN` when it cannot be made, or holds results already
   */
  /** @param evidence - its path, where it lies on this machine */
  static async create(directory: string, evidence: string | undefined): Promise<ResultFiles> {
    try {
      if (evidence !== undefined && !relative(evidence, directory).startsWith('..'))
        throw new Error('it lies within the evidence');
      await mkdir(directory, { recursive: true });
      const observations = await LineFile.create(join(directory, 'observations.jsonl'));
      const timeline = await LineFile.create(join(directory, 'timeline.jsonl'));
      return new ResultFiles(directory, observations, timeline);
    } catch (error) {
      throw new CliError('NOT_WRITTEN', {
        message: `results cannot be kept in ${directory}: ${error instanceof Error ? error.message : String(error)}`,
        advice: 'Name another folder with --out: results are never written over others.',
      });
    }
  }

  observation(observation: Observation): Promise<void> {
    return this.#observations.put(`${asciiJson(observation)}\n`);
  }

  event(event: TimelineEvent): Promise<void> {
    return this.#timeline.put(asciiJsonText(timesketchLine(event)));
  }

  /** A line for `mactime -b`. */
  bodyfileLine(line: string): void {
    this.#bodyfile.put(line);
  }

  async close(): Promise<void> {
    this.#bodyfile.close();
    await Promise.all([this.#observations.close(), this.#timeline.close()]);
  }

  /** Files for other tools; observations have been written as they came. */
  async exports(files: readonly ExportFile[]): Promise<void> {
    for (const { file, mediaType, body } of files) {
      if (file === 'observations.jsonl') continue;
      const path = join(this.directory, file);
      await mkdir(dirname(path), { recursive: true });
      const isJson = typeof body === 'string' && /json$/.test(mediaType);
      await writeFile(path, isJson ? asciiJsonText(body) : body, { mode: 0o600, flag: 'wx' });
    }
  }

  async page(html: string): Promise<void> {
    await writeFile(join(this.directory, 'report.html'), html, { mode: 0o600, flag: 'wx' });
  }
}
