/**
 * Ids that releases up to 19 gave up, and what took their place (`revoked-by` in MITRE's STIX bundles). Rules of users,
 * journals of old incidents and other tools still say them.
 */
const RENUMBERED: { readonly [id: string]: string } = {
  T1562: 'T1685',
  'T1562.001': 'T1685',
  'T1562.002': 'T1685.001',
  'T1562.003': 'T1690',
  'T1562.004': 'T1686',
  'T1562.006': 'T1685',
  'T1562.007': 'T1686.001',
  'T1562.008': 'T1685.002',
  'T1562.009': 'T1688',
  'T1562.010': 'T1689',
  'T1562.011': 'T1685.003',
  'T1562.012': 'T1685.004',
  'T1562.013': 'T1686.002',
  'T1070.001': 'T1685.005',
  'T1070.002': 'T1685.006',
  T1656: 'T1684.001',
  T1672: 'T1684.002',
  'T1574.002': 'T1574.001',
};

/** The id under which the pinned release knows a technique; others are answered as they are. */
export function currentId(id: string): string {
  return Object.hasOwn(RENUMBERED, id) ? (RENUMBERED[id] ?? id) : id;
}
