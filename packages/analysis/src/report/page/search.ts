import type { PageData } from '../page-data.js';

/** In no text of the page: control characters are written out in it. */
const BETWEEN = '\u0000';

/** Whether an event has a word somewhere. */
export type Match = (index: number) => boolean;

/** Looks words up in lower case; what many events share is looked up once a word, not once an event. */
export class Search {
  #messages: readonly string[] | undefined;
  readonly #whats: readonly string[];
  readonly #lanes: readonly string[];
  readonly #files: readonly string[];

  constructor(private readonly data: PageData) {
    this.#whats = lowered(data.whats);
    this.#lanes = lowered(data.lanes);
    this.#files = lowered(data.files);
  }

  /** Each word has to be there. */
  for(text: string): Match {
    const matches = text
      .toLowerCase()
      .split(/\s+/)
      .filter(Boolean)
      .map((word) => this.#word(word));
    return (index) => matches.every((match) => match(index));
  }

  #word(word: string): Match {
    const { data } = this;
    const messages = this.#lowMessages();
    const [whats, lanes, files] = [has(this.#whats, word), has(this.#lanes, word), has(this.#files, word)];
    const isAtLine = this.#line(word);
    return (index) =>
      messages[index]?.includes(word) === true ||
      whats[data.what[index] ?? -1] === true ||
      lanes[data.lane[index] ?? -1] === true ||
      files[data.file[index] ?? -1] === true ||
      isAtLine(index);
  }

  /** `auth.log:94` is shown as one text, and found as one. */
  #line(word: string): Match {
    const [, name, digits = ''] = /^(.*):(\d+)$/.exec(word) ?? [];
    if (name === undefined) return () => false;
    const files = this.#files.map((file) => file.endsWith(name));
    const { data } = this;
    return (index) => {
      const line = data.spot[index] ?? 0;
      return line > 0 && files[data.file[index] ?? -1] === true && String(line).startsWith(digits);
    };
  }

  /** Made at the first search, so that a page is ready before anybody searches; one long text is lowered fastest. */
  #lowMessages(): readonly string[] {
    this.#messages ??= lowered(this.data.messages);
    return this.#messages;
  }
}

function lowered(texts: readonly string[]): readonly string[] {
  return texts.length === 0 ? [] : texts.join(BETWEEN).toLowerCase().split(BETWEEN);
}

function has(texts: readonly string[], word: string): readonly boolean[] {
  return texts.map((text) => text.includes(word));
}
