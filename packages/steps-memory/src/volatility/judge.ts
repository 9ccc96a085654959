import { defaultAnalyses, examine, rulePacks, tarReader } from '@cordon/analysis';
import { type Artifact, type BaseContext, StepFailure } from '@cordon/core';
import { hiddenProcesses, seenLive } from './hidden.js';
import type { VolatilityOptions } from './options.js';
import { packTables } from './pack-tables.js';
import { readResults } from './results.js';
import { liveTables } from './tables.js';
import { kernelTampering } from './tampering.js';
import type { Uploading } from './ticket.js';

/** `PsList=ok Bash=failed` */
function stateOf({ plugins }: Pick<Uploading, 'plugins'>): ReadonlyMap<string, string> {
  return new Map(
    plugins.split(' ').map((one) => [one.split('=')[0] ?? '', one.split('=')[1] ?? ''] as const),
  );
}

function assertRead(ctx: BaseContext, ticket: Uploading, kernel: string): void {
  const states = stateOf(ticket);
  if ([...states.values()].includes('no-symbols'))
    ctx.gap(
      'NO_SYMBOLS_FOR_KERNEL',
      `there is no symbol table for ${kernel}: make one with lime-catalog symbols`,
    );
  const wrong = [...states].filter(([, state]) => !['ok', 'empty', 'no-symbols'].includes(state));
  if (wrong.length > 0)
    ctx.gap('VOLATILITY_INCOMPLETE', wrong.map(([plugin, state]) => `${plugin}: ${state}`).join(', '));
  if (states.get('PsList') === 'empty')
    throw StepFailure.permanent('VOLATILITY_NO_PROCESSES', 'the image shows no process: it is not whole');
}

interface Judging {
  readonly ticket: Uploading;
  readonly options: VolatilityOptions;
  readonly live: Artifact | undefined;
  /** Of the image, as `uname -r` says it. */
  readonly kernel: string;
}

/**
 * The analyses of a live triage over what the image holds, and what /proc did not show of it.
 *
 * @throws StepFailure `VOLATILITY_NO_PROCESSES`: a short dump gives an empty list and no error
 */
export async function judge(
  ctx: BaseContext,
  archive: Artifact,
  { ticket, options, live, kernel }: Judging,
): Promise<void> {
  assertRead(ctx, ticket, kernel);
  const states = stateOf(ticket);
  const results = await readResults(ctx.evidence.open(archive), (plugin, what) => {
    // Of one that did not end well its state has told.
    if (states.get(plugin) === 'ok') ctx.gap('VOLATILITY_INCOMPLETE', `${plugin}: ${what}`);
  });
  const evidence = await ctx.evidence.put({
    path: 'memory/volatility-tables.tar',
    body: await packTables(liveTables(results)),
    mediaType: 'application/x-tar',
    acquiredBy: 'cordon',
    origin: archive.path,
  });
  const analyses = defaultAnalyses(options);
  const examination = { evidence, reader: tarReader, analyses, rules: rulePacks(options) };
  await examine(ctx, 'analysis/volatility.jsonl', [examination]);
  ctx.observe(...kernelTampering(results, archive.path));
  const seen = live === undefined ? undefined : await seenLive(ctx.evidence.open(live));
  if (seen !== undefined) ctx.observe(...hiddenProcesses(results, seen, archive.path));
}
