/** One file for others, by its name in the folder of the results. */
export interface ExportFile {
  readonly file: string;
  readonly mediaType: string;
  readonly body: string | AsyncIterable<Uint8Array>;
}
