/**
 * Measures our rules for commands on a folder of one's own: each `*.json` in it is an array of commands or scripts, and
 * those whose names begin with `benign` are harmless. bench/README.md tells how to make it from public collections.
 *
 *   pnpm bench:commands DIR [--list misses|alarms]
 *
 * A script counts as found when it, or one of its lines, matches a rule of medium severity or above.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { importBundle } from './import-bundle.mjs';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { list: { type: 'string' } },
});
const [root] = positionals;
if (root === undefined) throw new Error('usage: pnpm bench:commands DIR [--list misses|alarms]');

const { commandRules } = await importBundle({
  entryPoints: [join(import.meta.dirname, '../packages/analysis/src/rules/command-rules.ts')],
});
const rules = commandRules();
const COUNTS = new Set(['medium', 'high', 'critical']);

const matches = (text) => rules.match(text).filter((hit) => COUNTS.has(hit.severity));
const found = (script) => {
  const lines = script.split('\n');
  return [script, ...(lines.length > 1 ? lines : [])].flatMap(matches);
};

function measure(file, judge) {
  const commands = JSON.parse(readFileSync(join(root, file), 'utf8'));
  const before = process.cpuUsage();
  const results = commands.map((command) => ({ command, hits: judge(command) }));
  const { user, system } = process.cpuUsage(before);
  const hit = results.filter(({ hits }) => hits.length > 0).length;
  const rate = Math.round((commands.length / (user + system)) * 1e6);
  const share = ((100 * hit) / commands.length).toFixed(2);
  console.log(`${file}: ${hit} of ${commands.length} = ${share} %, ${rate} commands a CPU second`);
  return results;
}

for (const file of readdirSync(root)
  .filter((name) => name.endsWith('.json'))
  .sort()) {
  const isBenign = file.startsWith('benign');
  const results = measure(file, isBenign ? matches : found);
  for (const { command, hits } of results) {
    if (values.list === 'misses' && !isBenign && hits.length === 0) console.log('  ---', command);
    if (values.list === 'alarms' && isBenign && hits.length > 0)
      console.log('  ', hits.map((hit) => hit.rule).join(' '), command);
  }
}
