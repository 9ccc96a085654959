import type { Analysis, HostFile, Visitor } from '../../engine/analysis.js';
import { type Place, Reporter, type Rule } from '../../engine/reporter.js';
import { type DnsQuery, parseDnsQuery } from '../../parsers/dns-query.js';

const INDICATOR: Rule = {
  id: 'network.dns-finding-domain',
  title: 'A domain of the finding was asked for',
  severity: 'high',
  techniques: ['T1071.004'],
};
const TUNNEL: Rule = {
  id: 'network.dns-tunnel',
  title: 'Names that nobody chooses were asked for under one domain',
  severity: 'high',
  techniques: ['T1071.004', 'T1048.003'],
};

const LOG = /(?:^|\/)(?:\d{12}_vpcdnsquerylogs_[^/]+\.log(?:\.gz)?|resolver-queries-[^/]+\.jsonl)$/;
const MOST_PARENTS = 50_000;
const MOST_NAMES = 400;
/** Data in a name is long; so are few names of services, and they are few. */
const LONG_CHARACTERS = 40;
const FEWEST_LONG = 100;
/** AWS and CDNs make long names themselves. */
const MAKES_LONG_NAMES =
  /(?:^|\.)(?:amazonaws\.com|aws\.dev|cloudfront\.net|akadns\.net|akamaiedge\.net|in-addr\.arpa|ip6\.arpa|compute\.internal)$/;

interface Asked {
  readonly first: Place;
  readonly firstMs: number;
  last: Place;
  lastMs: number;
  count: number;
}

interface Parent extends Asked {
  readonly names: Set<string>;
}

/** Queries that a VPC's resolver has logged: domains of the finding, and data that is hidden in names. */
export function dnsAnalysis(): Analysis {
  return {
    id: 'network.dns',
    begin(context, output) {
      const names = new AskedNames(new Reporter(context, output));
      return { visit: (file) => visitor(file, names), finish: () => names.finish() };
    },
  };
}

function visitor({ path, type }: HostFile, names: AskedNames): Visitor | undefined {
  if (type !== 'file' || !LOG.test(path)) return undefined;
  return {
    wants: 'lines',
    line({ text, number }) {
      const query = parseDnsQuery(text);
      if (query !== undefined) names.add(query, { path, line: number });
    },
  };
}

class AskedNames {
  readonly #named = new Map<string, Asked>();
  readonly #parents = new Map<string, Parent>();

  constructor(private readonly reporter: Reporter) {}

  add({ name, atMs }: DnsQuery, where: Place): void {
    const domain = this.reporter.context.indicators.domains.find(
      (indicator) => name === indicator.toLowerCase() || name.endsWith(`.${indicator.toLowerCase()}`),
    );
    if (domain !== undefined) count(this.#named, domain, { atMs, where });
    if (name.length < LONG_CHARACTERS || MAKES_LONG_NAMES.test(name)) return;
    const parent = name.split('.').slice(-2).join('.');
    if (!this.#parents.has(parent) && this.#parents.size >= MOST_PARENTS) return;
    const known = this.#parents.get(parent) ?? { ...begun({ atMs, where }), names: new Set<string>() };
    this.#parents.set(parent, known);
    known.count += 1;
    known.last = where;
    known.lastMs = Math.max(known.lastMs, atMs);
    if (known.names.size < MOST_NAMES) known.names.add(name);
  }

  finish(): void {
    for (const [domain, asked] of this.#named)
      this.#tell(INDICATOR, asked, {
        title: `${domain}, which the finding names, was asked for ${asked.count} times`,
        entity: `domain:${domain}`,
        reasons: ['the network’s resolver saw it, not the host'],
      });
    for (const [parent, asked] of this.#parents) {
      if (asked.names.size < FEWEST_LONG) continue;
      const [example = ''] = asked.names;
      this.#tell(TUNNEL, asked, {
        title: `${asked.count} long names were asked for under ${parent}`,
        entity: `domain:${parent}`,
        reasons: [`at least ${asked.names.size} different ones`, `for example ${example}`],
      });
    }
  }

  #tell(
    rule: Rule,
    { first, last, firstMs, lastMs }: Asked,
    said: { readonly title: string; readonly entity: string; readonly reasons: readonly string[] },
  ): void {
    this.reporter.observe(rule, { ...said, atMs: firstMs, where: [first, last], confidence: 0.9 });
    const common = { what: 'Name asked for', kind: 'network.dns', message: said.title, entity: said.entity };
    this.reporter.event({ ...common, atMs: firstMs, where: first });
    this.reporter.event({ ...common, atMs: lastMs, where: last });
  }
}

interface Query {
  readonly atMs: number;
  readonly where: Place;
}

function begun({ atMs, where }: Query): Asked {
  return { first: where, firstMs: atMs, last: where, lastMs: atMs, count: 0 };
}

function count(all: Map<string, Asked>, key: string, query: Query): void {
  const known = all.get(key) ?? begun(query);
  all.set(key, known);
  known.count += 1;
  known.last = query.where;
  known.lastMs = Math.max(known.lastMs, query.atMs);
}
