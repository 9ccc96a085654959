import { once } from 'node:events';
import type { WriteStream } from 'node:fs';
import { mkdir, open, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { finished } from 'node:stream/promises';
import { type TimelineEvent, timesketchLine } from '@cordon/analysis';
import type { Observation } from '@cordon/core';
import { CliError } from '../cli-error.js';
import { asciiJson, asciiJsonText } from '../text/plain-text.js';

/** A file that is new, for lines. */
class LineFile {
  readonly #stream: WriteStream;

  private constructor(stream: WriteStream) {
    this.#stream = stream;
  }

  static async create(path: string): Promise<LineFile> {
    const handle = await open(path, 'wx', 0o600);
    return new LineFile(handle.createWriteStream());
  }

  async put(line: string): Promise<void> {
    if (!this.#stream.write(line)) await once(this.#stream, 'drain');
  }

  async close(): Promise<void> {
    this.#stream.end();
    await finished(this.#stream);
  }
}

/** The folder that results are kept in: never one that has results. */
export class ResultFiles {
  readonly directory: string;
  readonly #observations: LineFile;
  readonly #timeline: LineFile;

  private constructor(directory: string, observations: LineFile, timeline: LineFile) {
    this.directory = directory;
    this.#observations = observations;
    this.#timeline = timeline;
  }

  /**
   * @param evidence - the evidence's own path: nothing is written into it
   * @throws CliError `NOT_WRITTEN` when it cannot be made, or holds results already
   */
  static async create(directory: string, evidence: string): Promise<ResultFiles> {
    try {
      if (!relative(evidence, directory).startsWith('..')) throw new Error('it lies within the evidence');
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

  async close(): Promise<void> {
    await Promise.all([this.#observations.close(), this.#timeline.close()]);
  }

  async page(html: string): Promise<void> {
    await writeFile(join(this.directory, 'report.html'), html, { mode: 0o600, flag: 'wx' });
  }
}
