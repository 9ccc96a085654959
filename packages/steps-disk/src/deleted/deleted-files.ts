import { type BaseContext, definePolledStep, type HostScript } from '@cordon/core';
import { hostAnswer, STAGED_UPLOAD_ACTIONS, stagedUpload } from '@cordon/core/aws';
import { forensicInstance } from '@cordon/core/steps';
import * as v from 'valibot';
import uploadScript from '../collect/upload-archives.sh';
import script from './deleted-files.sh';
import { Found, foundIn, LookAnswer, tellUnread } from './findings.js';

const LOOK: HostScript = { name: 'deleted-files', text: script };
const UPLOAD: HostScript = { name: 'upload-archives', text: uploadScript };

export interface DeletedFilesOptions {
  /** Bucket of the security account, without default retention, that expires what lies in it. */
  readonly stagingBucket: string;
  /** Larger deleted files are listed and not read back. Default 64 MiB. */
  readonly maxFileBytes?: number;
  /** Of one volume. Default 1 GiB. */
  readonly maxTotalBytes?: number;
}

const Ticket = v.variant('stage', [
  v.object({ stage: v.literal('looking'), commandId: v.string() }),
  v.object({ stage: v.literal('uploading'), commandId: v.string(), found: v.array(Found) }),
]);

type Uploading = Extract<v.InferOutput<typeof Ticket>, { stage: 'uploading' }>;

interface Volumes {
  readonly volumes: readonly {
    readonly volumeId: string;
    readonly mounts: readonly {
      readonly partition: string;
      readonly filesystem: string;
      readonly path: string;
    }[];
  }[];
}

function partsOf({ volumes }: Volumes): string {
  return volumes
    .flatMap(({ volumeId, mounts }) =>
      mounts.map(({ partition, filesystem, path }) => [volumeId, partition, filesystem, path].join('|')),
    )
    .join(';');
}

const stagingKey = (ctx: BaseContext, { volumeId }: Found) =>
  `${ctx.incident.id}/disk/deleted-${volumeId}.tar.gz`;

function sendUpload(
  ctx: BaseContext,
  instanceId: string,
  { found, stagingBucket: bucket }: Given,
): Promise<string | undefined> {
  const host = ctx.forensicHost(instanceId);
  return ctx.makeOnce('upload command', {
    find: () => host.sent(UPLOAD.name),
    make: async () => {
      const sheets = found.map((one) =>
        stagedUpload(ctx.securityAccount, { bucket, key: stagingKey(ctx, one) }).wholeSheet(),
      );
      const urls = (await Promise.all(sheets)).map((url, index) => [`sheet${index}`, url] as const);
      const volumes = found.map(({ volumeId }) => volumeId).join(' ');
      const parameters = { key: ctx.key, volumes, ...Object.fromEntries(urls) };
      return host.send(UPLOAD, { parameters, timeout: { hours: 1 } });
    },
  });
}

interface Given {
  readonly found: readonly Found[];
  readonly stagingBucket: string;
}

async function preserve(ctx: BaseContext, { found, stagingBucket }: Given, image: string): Promise<void> {
  for (const one of found)
    await ctx.evidence.adopt({
      path: `disk/deleted-${one.volumeId}.tar.gz`,
      source: { bucket: stagingBucket, key: stagingKey(ctx, one) },
      expected: { sizeBytes: one.sizeBytes, sha256: one.sha256 },
      mediaType: 'application/gzip',
      acquiredBy: 'forensic-host',
      origin: one.volumeId,
      image,
    });
}

/** What goes up now; undefined: not known yet whether that was sent. */
async function afterLook(
  ctx: BaseContext,
  answer: LookAnswer,
  {
    host,
    stagingBucket,
  }: { readonly host: Volumes & { readonly instanceId: string }; readonly stagingBucket: string },
): Promise<Uploading | 'nothing' | undefined> {
  if (answer.available === '0') {
    ctx.gap('NO_SLEUTH_KIT', 'deleted files were not looked for: the forensic image has no Sleuth Kit');
    return 'nothing';
  }
  const found = foundIn(
    answer,
    host.volumes.map(({ volumeId }) => volumeId),
  );
  const commandId =
    found.length === 0 ? null : await sendUpload(ctx, host.instanceId, { found, stagingBucket });
  if (commandId === undefined) return undefined;
  tellUnread(ctx, answer);
  return commandId === null ? 'nothing' : { stage: 'uploading', commandId, found };
}

const ACTIONS = {
  security: [
    'ssm:SendCommand',
    'ssm:ListCommands',
    'ssm:GetCommandInvocation',
    'ssm:DescribeInstanceInformation',
    'ssm:CancelCommand',
    ...STAGED_UPLOAD_ACTIONS,
  ],
};

/**
 * Looks for deleted files on ext2 to ext4 and FAT with The Sleuth Kit, on the devices themselves: names with inodes and
 * times, and the content of what can still be read back, which of current ext4 is above all what was deleted and still
 * open. XFS and btrfs are said to be left out. Where the image has no Sleuth Kit, that is a gap.
 */
export function deletedFiles(options: DeletedFilesOptions) {
  const { stagingBucket, maxFileBytes = 64 * 2 ** 20, maxTotalBytes = 2 ** 30 } = options;
  return definePolledStep({
    id: 'disk.deleted',
    title: 'Looks for deleted files on the disks',
    phase: 'examine',
    needs: [forensicInstance],
    provides: [],
    timeout: { hours: 6 },
    callTimeout: { minutes: 10 },
    actions: ACTIONS,
    ticket: Ticket,
    async start(ctx, { forensicInstance: host }) {
      const parameters = { parts: partsOf(host), maxfile: maxFileBytes, maxtotal: maxTotalBytes };
      const commandId = await ctx
        .forensicHost(host.instanceId)
        .send(LOOK, { parameters, timeout: { hours: 5 } });
      return ctx.waiting({ stage: 'looking', commandId }, { seconds: 30 });
    },
    async recover(ctx, { forensicInstance: { instanceId } }) {
      const commandId = await ctx.forensicHost(instanceId).sent(LOOK.name);
      return commandId === null ? null : ctx.waiting({ stage: 'looking', commandId }, { seconds: 5 });
    },
    async poll(ctx, ticket, { forensicInstance: host }) {
      const result = await ctx.forensicHost(host.instanceId).result(ticket.commandId);
      if (result.status === 'running') return ctx.waiting(ticket, { seconds: 30 });
      if (ticket.stage === 'uploading') {
        hostAnswer(result, v.object({ uploaded: v.string() }));
        await preserve(ctx, { found: ticket.found, stagingBucket }, host.imageId);
        return ctx.done({});
      }
      const next = await afterLook(ctx, hostAnswer(result, LookAnswer), { host, stagingBucket });
      if (next === 'nothing') return ctx.done({});
      return ctx.waiting(next ?? ticket, { seconds: 10 });
    },
    async cancel(ctx, { commandId }, { forensicInstance: { instanceId } }) {
      await ctx.forensicHost(instanceId).cancel(commandId);
    },
  });
}
