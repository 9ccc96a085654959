import type { EvidenceFile, EvidenceReader } from './evidence-file.js';

/** The same walk, ended when its time is over: between files, or within one. `cut` is told once, if it came to that. */
export function boundedReader(
  reader: EvidenceReader,
  isOver: () => boolean,
  cut: () => void,
): EvidenceReader {
  let told = false;
  const over = () => {
    if (!isOver()) return false;
    if (!told) cut();
    told = true;
    return true;
  };
  const bounded = (file: EvidenceFile): EvidenceFile => ({
    ...file,
    async *content() {
      for await (const chunk of file.content()) {
        if (over()) return;
        yield chunk;
      }
    },
  });
  return {
    async *files(notice) {
      for await (const file of reader.files(notice)) {
        if (over()) return;
        yield bounded(file);
      }
    },
  };
}
