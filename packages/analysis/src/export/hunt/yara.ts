import { type Hunt, oneLine, valuesOf } from './hunt-model.js';

/** YARA rules: the same bytes anywhere, and files that name the intruder's hosts. */
export function huntYara(hunt: Hunt): string {
  const meta = `  meta:\n    description = ${text(`Indicators of incident ${oneLine(hunt.incidentId)}`)}\n    author = "Cordon"\n`;
  const digests = valuesOf(hunt, 'sha256').filter((digest) => /^[0-9a-f]{64}$/.test(digest));
  const names = [...valuesOf(hunt, 'ip'), ...valuesOf(hunt, 'domain')];
  const rules = [
    ...(digests.length === 0
      ? []
      : [
          `rule cordon_same_bytes {\n${meta}  condition:\n    ${digests.map((digest) => `hash.sha256(0, filesize) == "${digest}"`).join(' or\n    ')}\n}\n`,
        ]),
    ...(names.length === 0
      ? []
      : [
          `rule cordon_names_intruder {\n${meta}  strings:\n${names.map((name, index) => `    $n${index} = ${text(name)} ascii wide nocase fullword\n`).join('')}  condition:\n    any of them\n}\n`,
        ]),
  ];
  return [...(digests.length === 0 ? [] : ['import "hash"\n']), ...rules].join('\n');
}

/** A text of YARA: bytes that are not plain are written as `\\xNN`. */
function text(value: string): string {
  const bytes = [...Buffer.from(value)].map((byte) => {
    const plain = byte >= 0x20 && byte < 0x7f && byte !== 0x22 && byte !== 0x5c;
    return plain ? String.fromCharCode(byte) : `\\x${byte.toString(16).padStart(2, '0')}`;
  });
  return `"${bytes.join('')}"`;
}
