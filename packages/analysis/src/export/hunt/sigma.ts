import { stringify } from 'yaml';
import { stableUuid } from '../stable-uuid.js';
import { type Hunt, oneLine, valuesOf } from './hunt-model.js';

interface Part {
  readonly title: string;
  readonly logsource: { readonly [key: string]: string };
  readonly selection: { readonly [field: string]: readonly string[] } | readonly string[];
}

/** Sigma rules, one document each, for whatever log store the team has. */
export function huntSigma(hunt: Hunt): string {
  const date = hunt.since.slice(0, 10);
  const documents = partsOf(hunt).map(({ title, logsource, selection }) =>
    stringify({
      title,
      id: stableUuid(`${hunt.incidentId} ${title}`),
      status: 'experimental',
      description: `Indicators of incident ${oneLine(hunt.incidentId)}, seen since ${date}`,
      author: 'Cordon',
      logsource,
      detection: { selection, condition: 'selection' },
      falsepositives: ['Addresses and names change hands'],
      level: 'high',
    }),
  );
  return documents.join('---\n');
}

const linux = (category: string) => ({ category, product: 'linux' });

function partsOf(hunt: Hunt): readonly Part[] {
  const [ips, domains, files] = [valuesOf(hunt, 'ip'), valuesOf(hunt, 'domain'), valuesOf(hunt, 'file-path')];
  const [digests, keys] = [valuesOf(hunt, 'sha256'), valuesOf(hunt, 'ssh-key')];
  const paths = files.map(plain);
  const parts: readonly (readonly [Part['title'], Part['logsource'], Part['selection']])[] = [
    ['Connection to the intruder', linux('network_connection'), { DestinationIp: ips }],
    ['Name of the intruder asked for', linux('dns_query'), { 'QueryName|endswith': domains.map(plain) }],
    ['File of the intruder written', linux('file_event'), { TargetFilename: paths }],
    ['Program of the intruder started', linux('process_creation'), { Image: paths }],
    ['Bytes of the intruder started', linux('process_creation'), { 'Hashes|contains': digests }],
    [
      'Login from the intruder, or with his key',
      { product: 'linux', service: 'sshd' },
      [...ips, ...keys].map(plain),
    ],
    ['Call of AWS from the intruder', { product: 'aws', service: 'cloudtrail' }, { sourceIPAddress: ips }],
  ];
  return parts
    .map(([title, logsource, selection]) => ({ title, logsource, selection }))
    .filter(({ selection }) => Object.values(selection).some((values) => values.length > 0));
}

/** Sigma reads `*` and `?` as wildcards, and a backslash before them as a shield. */
function plain(value: string): string {
  return value.replace(/[\\*?]/g, '\\$&');
}
