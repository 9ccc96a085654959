import { buffer } from 'node:stream/consumers';
import { pack } from 'tar-stream';

/** A tar of texts by path; the same texts give the same bytes. */
export async function packTables(tables: ReadonlyMap<string, string>): Promise<Buffer> {
  const archive = pack();
  for (const [name, content] of tables) archive.entry({ name, mtime: new Date(0) }, content);
  archive.finalize();
  return buffer(archive);
}
