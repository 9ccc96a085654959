/**
 * Compares our matching of Sigma rules with pySigma's SQLite backend, and measures it.
 *
 *   python bench/sigma-oracle.py RULES COMMANDS OUT && node bench/sigma.mjs OUT
 *
 * OUT holds `events.json` and `oracle.json`, both made by the oracle; bench/README.md says from what.
 */
import { readFileSync } from 'node:fs';
import { loadavg } from 'node:os';
import { join } from 'node:path';
import { importBundle } from './import-bundle.mjs';

const [folder] = process.argv.slice(2);
if (folder === undefined) throw new Error('usage: node bench/sigma.mjs OUT');
const { loadSigmaRules, RuleSet } = await importBundle({
  stdin: {
    contents: `export { loadSigmaRules } from './load.js'; export { RuleSet } from './rule-set.js';`,
    resolveDir: join(import.meta.dirname, '../packages/analysis/src/sigma'),
  },
});
const read = (name) => JSON.parse(readFileSync(join(folder, name), 'utf8'));
const events = read('events.json');
const oracle = read('oracle.json');
const load = (files) => loadSigmaRules(files.map((file) => ({ file, text: readFileSync(file, 'utf8') })));

const { rules, fields, errors } = load(oracle.files);
// A row of SQLite has every column, and '' where the event has none.
const names = new Set([...events.flatMap(Object.keys), ...fields.names]);
const blank = Object.fromEntries([...names].map((name) => [name, '']));
const hits = new Map(rules.map(({ id }) => [id, []]));
const set = new RuleSet(rules, fields);
events.forEach((event, index) => {
  for (const { id } of set.match({ ...blank, ...event })) hits.get(id)?.push(index);
});
const differing = rules.filter(({ id }) => JSON.stringify(oracle.hits[id]) !== JSON.stringify(hits.get(id)));
const count = [...hits.values()].reduce((sum, list) => sum + list.length, 0);
console.log(
  `${rules.length} rules (${errors.length} refused), ${events.length} events, ${count} hits: ${differing.length} rules differ from the oracle`,
);
for (const { file } of differing) console.log(`  ${file}`);

const started = load(oracle.files.filter((file) => file.includes('process_creation')));
const fast = new RuleSet(started.rules, started.fields);
const processes = events.filter((event) => 'CommandLine' in event);
const rates = Array.from({ length: 9 }, () => {
  const before = process.cpuUsage();
  for (let round = 0; round < 20; round++) for (const event of processes) fast.match(event);
  const { user, system } = process.cpuUsage(before);
  return Math.round((processes.length * 20 * 1e6) / (user + system));
}).sort((a, b) => a - b);
console.log(
  `${started.rules.length} rules on processes: ${rates[4]} events a CPU second (median of 9, ${rates[0]} to ${rates[8]}; ${processes.length} events, load ${loadavg()[0].toFixed(1)})`,
);
