import { gunzipSync } from 'node:zlib';
import { parquetMetadataAsync, parquetReadObjects } from 'hyparquet';
import { type FlowRecord, flowRecord } from './flow-log.js';

/** A page of a column; a flow log's pages are a thousandth of this. */
const MOST_PAGE_BYTES = 64 * 1024 * 1024;
const MOST_ROWS_OF_GROUP = 2_000_000;

/** Flow logs come gzipped within; the library has snappy itself. */
const compressors = {
  GZIP: (bytes: Uint8Array) => gunzipSync(bytes, { maxOutputLength: MOST_PAGE_BYTES }),
};

/** What is made into a record; other columns are not even unpacked. */
const COLUMNS = new Set(
  'interface_id srcaddr dstaddr pkt_srcaddr pkt_dstaddr srcport dstport protocol packets bytes start end action flow_direction'.split(
    ' ',
  ),
);

type Metadata = Awaited<ReturnType<typeof parquetMetadataAsync>>;
type File = Parameters<typeof parquetMetadataAsync>[0];

interface Group {
  readonly file: File;
  readonly metadata: Metadata;
  readonly rowStart: number;
  readonly rowEnd: number;
}

function fileOf(bytes: Uint8Array): File {
  return {
    byteLength: bytes.length,
    // A copy: the library wants the buffer behind the bytes, and that may hold more than the file.
    slice: (from, to) => Uint8Array.from(bytes.subarray(from, to)).buffer,
  };
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'bigint'
    ? String(value)
    : undefined;
}

/**
 * One column after the other, one group of rows after the other: where several are read at once and two are damaged, the
 * library leaves a promise behind that nobody waits for, and that ends the process.
 */
async function columnsOf(group: Group): Promise<ReadonlyMap<string, readonly unknown[]>> {
  const found = new Map<string, readonly unknown[]>();
  for (const name of new Set(group.metadata.schema.map((element) => element.name))) {
    if (!COLUMNS.has(name)) continue;
    const rows = await parquetReadObjects({ ...group, compressors, columns: [name] });
    found.set(
      name,
      rows.map((row: { readonly [column: string]: unknown }) => row[name]),
    );
  }
  return found;
}

/**
 * The records of a flow log in Parquet that lies in memory.
 *
 * @throws the library's own error where the file is none or damaged
 */
export async function* parquetFlows(bytes: Uint8Array): AsyncGenerator<FlowRecord> {
  const file = fileOf(bytes);
  const metadata = await parquetMetadataAsync(file);
  let rowStart = 0;
  for (const { num_rows } of metadata.row_groups) {
    const count = Number(num_rows);
    if (!(count >= 0 && count <= MOST_ROWS_OF_GROUP)) throw new RangeError(`${count} rows in one group`);
    const columns = await columnsOf({ file, metadata, rowStart, rowEnd: rowStart + count });
    for (let row = 0; row < count; row += 1) {
      const record = flowRecord((field) => textOf(columns.get(field.replaceAll('-', '_'))?.[row]));
      if (record !== undefined) yield record;
    }
    rowStart += count;
  }
}
