/** One line of a file, decoded only when somebody asks. Its bytes are valid only during the call it comes with. */
export class Line {
  #text: string | undefined;

  constructor(
    private readonly buffer: Buffer,
    /** 1-based. */
    readonly number: number,
    /** Of its first byte in the (uncompressed) file. */
    readonly offsetBytes: number,
    /** It was longer than the splitter allows; the rest is dropped. */
    readonly cut: boolean,
  ) {}

  /** Without the line end. */
  get bytes(): Buffer {
    return this.buffer;
  }

  get text(): string {
    this.#text ??= this.buffer.toString('utf8');
    return this.#text;
  }
}
