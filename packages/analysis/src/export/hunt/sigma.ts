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

function partsOf(hunt: Hunt): readonly Part[] {
  const [ips, domains, files] = [valuesOf(hunt, 'ip'), valuesOf(hunt, 'domain'), valuesOf(hunt, 'file-path')];
  const [digests, keys] = [valuesOf(hunt, 'sha256'), valuesOf(hunt, 'ssh-key')];
  const linux = (category: string) => ({ category, product: 'linux' });
  const parts: readonly Part[] = [
    {
      title: 'Connection to the intruder',
      logsource: linux('network_connection'),
      selection: { DestinationIp: ips },
    },
    {
      title: 'Name of the intruder asked for',
      logsource: linux('dns_query'),
      selection: { 'QueryName|endswith': domains.map(plain) },
    },
    {
      title: 'File of the intruder written',
      logsource: linux('file_event'),
      selection: { TargetFilename: files.map(plain) },
    },
    {
      title: 'Program of the intruder started',
      logsource: linux('process_creation'),
      selection: { Image: files.map(plain) },
    },
    {
      title: 'Bytes of the intruder started',
      logsource: linux('process_creation'),
      selection: { 'Hashes|contains': digests },
    },
    {
      title: 'Login from the intruder, or with his key',
      logsource: { product: 'linux', service: 'sshd' },
      selection: [...ips, ...keys].map(plain),
    },
    {
      title: 'Call of AWS from the intruder',
      logsource: { product: 'aws', service: 'cloudtrail' },
      selection: { sourceIPAddress: ips },
    },
  ];
  return parts.filter(({ selection }) => Object.values(selection).some((values) => values.length > 0));
}

/** Sigma reads `*` and `?` as wildcards, and a backslash before them as a shield. */
function plain(value: string): string {
  return value.replace(/[\\*?]/g, '\\$&');
}
