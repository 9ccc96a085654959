import { type BaseContext, type CommandResult, type HostScript, StepFailure } from '@cordon/core';
import { hostAnswer } from '@cordon/core/aws';
import * as v from 'valibot';
import checkImage from './check-image.sh';

const CHECK: HostScript = { name: 'check-image', text: checkImage };

const Answer = v.object({ wrong: v.pipe(v.string(), v.regex(/^[a-z0-9.@ -]{0,400}$/)) });

const MEANING: Readonly<Record<string, string>> = {
  udev: 'no rule of udev sets a disk read-only when it comes',
  lvm: 'LVM activates groups by itself',
  md: 'RAID arrays are put together by themselves',
};

/** Asks the instance, before any disk is attached to it, whether it keeps its hands off. Undefined: not known to be sent. */
export function sendCheck(ctx: BaseContext, instanceId: string): Promise<string | undefined> {
  const host = ctx.forensicHost(instanceId);
  return ctx.makeOnce('check command', {
    find: () => host.sent(CHECK.name),
    make: () => host.send(CHECK, { timeout: { minutes: 2 } }),
  });
}

function wrongOf(result: CommandResult & { readonly status: 'ended' }): readonly string[] {
  try {
    const words = hostAnswer(result, Answer).wrong.split(' ');
    return words.filter((word) => word !== '').map((word) => MEANING[word] ?? `${word} takes disks in`);
  } catch (error) {
    if (!(error instanceof StepFailure)) throw error;
    return [`it could not be checked: ${error.code}: ${error.message}`];
  }
}

/**
 * What the image should not do is a gap: what it writes, it writes to a volume that was made for this examination, and
 * the snapshots are as they were; but what is read there may not be what lay on the suspect's disk.
 */
export function tellUnprepared(
  ctx: BaseContext,
  imageId: string,
  result: CommandResult & { readonly status: 'ended' },
): void {
  const wrong = wrongOf(result);
  if (wrong.length > 0)
    ctx.gap('FORENSIC_IMAGE_NOT_PREPARED', `${imageId} may write to evidence: ${wrong.join('; ')}`);
}
