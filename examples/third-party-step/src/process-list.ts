/** A process, as far as its program goes. All of it comes from the suspect. */
export interface Program {
  readonly pid: string;
  readonly exe: string;
  /** Lower case; empty where the program could not be read. */
  readonly sha256: string;
  /** 1-based, in processes.tsv. */
  readonly line: number;
}

/** Reads live/processes.tsv by its header row: columns may be added, never moved by position. */
export function programsOf(tsv: string): readonly Program[] {
  const [header = '', ...rows] = tsv.split('\n');
  const columns = header.split('\t');
  const at = (cells: readonly string[], name: string) => cells[columns.indexOf(name)] ?? '';
  return rows.flatMap((row, index) => {
    if (row === '') return [];
    const cells = row.split('\t');
    const sha256 = at(cells, 'exe_sha256').toLowerCase();
    return [{ pid: at(cells, 'pid'), exe: at(cells, 'exe'), sha256, line: index + 2 }];
  });
}
