import { StepFailure, type SuspectContext } from '@cordon/core';
import { type MemoryImage, openUploadWindow } from '@cordon/core/steps';
import { afterDetach, afterUnmount, isMounted, whileAttaching } from '../volume/volume-stages.js';
import { afterDump, afterFetchOrInstead, afterProbe } from './dump-stages.js';
import { begin, type Given } from './fetch-stage.js';
import { isUpload, type UploadOptions, type VolumeOptions } from './options.js';
import { afterRemoval, preserve } from './preserve-stages.js';
import type { LimeTicket, Stage } from './ticket.js';
import { whileUploading } from './upload-stage.js';

/** When to look again. A dump of 64 GiB takes minutes, a probe a second. */
export const PAUSE_SECONDS: Readonly<Record<LimeTicket['stage'], number>> = {
  probing: 5,
  attaching: 3,
  mounting: 5,
  fetching: 5,
  dumping: 15,
  uploading: 15,
  preserving: 0,
  removing: 5,
  unmounting: 5,
  detaching: 3,
};

/** It is over: the image is where it was to go. */
interface Taken {
  readonly image: MemoryImage;
}
type Next = LimeTicket | Taken;

const taken = (image: MemoryImage | undefined, ticket: LimeTicket): Next =>
  image === undefined ? ticket : { image };

type ToStoreTicket = Stage<'uploading' | 'preserving' | 'removing'>;
type ToVolumeTicket = Stage<'attaching' | 'mounting' | 'unmounting' | 'detaching'>;
/** What a stage of one destination is given. */
type GivenOf<Options> = Omit<Given, 'options'> & { readonly options: Options };

async function toStore(
  ctx: SuspectContext,
  ticket: ToStoreTicket,
  given: GivenOf<UploadOptions>,
): Promise<Next> {
  switch (ticket.stage) {
    case 'uploading':
      return whileUploading(ctx, ticket, given.options);
    case 'preserving':
      return preserve(ctx, ticket, given);
    case 'removing':
      return taken(await afterRemoval(ctx, ticket), ticket);
  }
}

async function toVolume(
  ctx: SuspectContext,
  ticket: ToVolumeTicket,
  given: GivenOf<VolumeOptions>,
): Promise<Next> {
  switch (ticket.stage) {
    case 'attaching':
      return whileAttaching(ctx, ticket, given.options);
    case 'mounting': {
      if (!(await isMounted(ctx, ticket))) return ticket;
      const { stage: _, commandId: __, ...taking } = ticket;
      return (await begin(ctx, taking, given)) ?? ticket;
    }
    case 'unmounting':
      return afterUnmount(ctx, ticket);
    case 'detaching':
      return taken(await afterDetach(ctx, ticket), ticket);
  }
}

/** The options are the deployment's, the ticket an earlier process's: they may have been changed in between. */
function mixed(ticket: LimeTicket): never {
  throw StepFailure.permanent(
    'TICKET_INVALID',
    `a dump at '${ticket.stage}' cannot go on with another destination`,
  );
}

/** What is next for a dump that stands there. */
export async function advance(ctx: SuspectContext, ticket: LimeTicket, given: Given): Promise<Next> {
  const { options, contained } = given;
  switch (ticket.stage) {
    case 'probing':
      // Opened early: what lies on the way is slow, and an upload is long.
      if (isUpload(options))
        await openUploadWindow(ctx, { containment: contained, lasting: { minutes: 60 } });
      return afterProbe(ctx, ticket, given);
    case 'fetching':
      return afterFetchOrInstead(ctx, ticket, given);
    case 'dumping':
      return afterDump(ctx, ticket, given);
    case 'uploading':
    case 'preserving':
    case 'removing':
      return isUpload(options) ? toStore(ctx, ticket, { options, contained }) : mixed(ticket);
    default:
      return isUpload(options) ? mixed(ticket) : toVolume(ctx, ticket, { options, contained });
  }
}
