import type { ExportFile } from '../export-file.js';
import { type Hunt, oneLine } from './hunt-model.js';
import { osqueryPack } from './osquery.js';
import { huntSigma } from './sigma.js';
import { athenaSql, cloudTrailLakeSql, configSql } from './sql.js';
import { huntYara } from './yara.js';

/** Queries for the rest of the estate: the same hash, address, key, account, image. */
export function huntFiles(hunt: Hunt): readonly ExportFile[] {
  const text = (file: string, body: string): ExportFile => ({
    file: `hunt/${file}`,
    mediaType: 'text/plain',
    body,
  });
  return [
    text('README.md', readme(hunt)),
    text('cloudtrail-lake.sql', cloudTrailLakeSql(hunt)),
    text('athena.sql', athenaSql(hunt)),
    text('config.sql', configSql(hunt)),
    text('indicators.yar', huntYara(hunt)),
    text('sigma.yml', huntSigma(hunt)),
    {
      file: 'hunt/osquery.json',
      mediaType: 'application/json',
      body: `${JSON.stringify(osqueryPack(hunt), null, 2)}\n`,
    },
  ];
}

function readme(hunt: Hunt): string {
  return `# Hunting for incident ${oneLine(hunt.incidentId)}

What was found on one instance, asked of all others. Values come from evidence and are quoted for each language; read a
query before you run it.

| file | for | asks |
| --- | --- | --- |
| cloudtrail-lake.sql | CloudTrail Lake | calls from the intruder's addresses, and of the suspect's role from elsewhere |
| athena.sql | Athena | the same; who talked to the addresses (flow logs), who asked for the names (resolver logs) |
| config.sql | AWS Config, advanced queries | instances of the same image, template, group and role |
| osquery.json | osquery, as a pack | the same files, bytes, peers and accounts on other hosts |
| indicators.yar | YARA | the same bytes; files that name the intruder's hosts |
| sigma.yml | any log store with a Sigma backend | connections, names, files, programs, logins, calls |

Keys of the intruder are told by fingerprint: on a host, \`ssh-keygen -lf FILE\` prints those of an authorized_keys file,
and sshd logs the fingerprint of each key that logs in.
`;
}
