import { type HostScript, StepFailure, type SuspectContext } from '@cordon/core';
import { hostAnswer, s3 } from '@cordon/core/aws';
import { type Containment, closeUploadWindow, openUploadWindow } from '@cordon/core/steps';
import { toolsOf } from '../catalogue/read-catalogue.js';
import { FetchAnswer } from './answers.js';
import { type CatalogueFile, findAvml, findModule } from './catalogue.js';
import { DUMPS, fetchScriptOf, folderOf } from './host-scripts.js';
import { isUpload, type LimeDumpOptions } from './options.js';
import type { LimeTicket, Stage, Taking } from './ticket.js';

const URL_SECONDS = 15 * 60;
const LONGEST = { minutes: 55 };

/** What a stage is given beside its ticket. */
export interface Given {
  readonly options: LimeDumpOptions;
  readonly contained: Containment | undefined;
}

interface Tool {
  readonly name: 'lime.ko' | 'avml';
  readonly file: CatalogueFile;
}

/** The catalogue is read anew: what stands in a ticket is not signed. */
async function toolOf(
  ctx: SuspectContext,
  taking: Taking,
  options: LimeDumpOptions,
): Promise<Tool | undefined> {
  if (taking.method === 'kcore') return undefined;
  const { modules, avml } = await toolsOf(ctx, options);
  const [name, file] =
    taking.method === 'lime'
      ? (['lime.ko', findModule(modules, taking)] as const)
      : (['avml', findAvml(avml, taking)] as const);
  if (file === undefined)
    throw StepFailure.permanent('NO_MODULE_FOR_KERNEL', `the catalogue has no ${name} for it any more`);
  return { name, file };
}

function sendOnce(ctx: SuspectContext, script: HostScript, send: () => Promise<string>) {
  return ctx.makeOnce(`${script.name} command`, { find: () => ctx.suspect.sent(script.name), make: send });
}

/** Has the memory written by the ticket's method. */
async function sendDump(
  ctx: SuspectContext,
  taking: Taking,
  { options }: Given,
): Promise<Stage<'dumping'> | undefined> {
  const script = DUMPS[taking.method];
  const parameters = { directory: folderOf(options) };
  const commandId = await sendOnce(ctx, script, () =>
    ctx.suspect.send(script, { parameters, timeout: LONGEST }),
  );
  return commandId === undefined ? undefined : { ...taking, stage: 'dumping', commandId };
}

/**
 * Begins to take the memory by the ticket's method: with what it needs on its way to the host, or at once. Undefined:
 * it is not known yet whether the command was sent.
 */
export async function begin(
  ctx: SuspectContext,
  taking: Taking,
  given: Given,
): Promise<Stage<'fetching' | 'dumping'> | undefined> {
  const { options, contained } = given;
  const tool = await toolOf(ctx, taking, options);
  if (tool === undefined) return sendDump(ctx, taking, given);
  // For an upload it stands open already; a dump onto a volume needs it for this moment alone.
  if (!isUpload(options)) await openUploadWindow(ctx, { containment: contained, lasting: { minutes: 5 } });
  const script = fetchScriptOf(taking.method);
  const commandId = await sendOnce(ctx, script, async () => {
    const { bucket, key, sha256 } = tool.file;
    const at = { Bucket: bucket, Key: key };
    const url = await ctx.securityAccount.presign(s3.GetObject, at, { expiresInSeconds: URL_SECONDS });
    const parameters = { directory: folderOf(options), tool: tool.name, url, sha: sha256 };
    const tools = [{ name: tool.name, sha256 }];
    return ctx.suspect.send(script, { parameters, timeout: { minutes: 10 }, tools });
  });
  return commandId === undefined ? undefined : { ...taking, stage: 'fetching', commandId };
}

/** The tool is on the host: the way there is closed where nothing else needs it, and the memory begins to be written. */
export async function afterFetch(
  ctx: SuspectContext,
  ticket: Stage<'fetching'>,
  given: Given,
): Promise<LimeTicket> {
  const result = await ctx.suspect.result(ticket.commandId);
  if (result.status === 'running') return ticket;
  if (!isUpload(given.options)) await closeUploadWindow(ctx, { containment: given.contained });
  hostAnswer(result, FetchAnswer);
  const { commandId: _, ...taking } = ticket;
  return (await sendDump(ctx, taking, given)) ?? ticket;
}
