import { ArtifactSchema } from '@cordon/core';
import * as v from 'valibot';
import { Uploading } from '../upload/upload-parts.js';
import { DumpVolume } from '../volume/dump-volume.js';

/** How the memory is taken. */
export const Method = v.picklist(['lime', 'avml', 'kcore']);
export type Method = v.InferOutput<typeof Method>;

const Dumped = {
  method: Method,
  kernel: v.string(),
  sizeBytes: v.number(),
  sha256: v.string(),
  ranges: v.array(v.object({ start: v.string(), end: v.string() })),
};

const Taking = {
  kernel: v.string(),
  architecture: v.string(),
  /** How it is taken now, and what is left to try where the kernel refuses that. */
  method: Method,
  otherwise: v.array(Method),
  /** Where the dump goes; none: to a folder of the suspect, and from there up. */
  volume: v.optional(DumpVolume),
};

/** Where a dump stands: each stage is one command on the host, or one thing to do here. */
export const LimeTicket = v.variant('stage', [
  v.object({ stage: v.literal('probing'), commandId: v.string() }),
  /** The volume is made, and put onto the suspect. */
  v.object({ stage: v.literal('attaching'), ...Taking, volume: DumpVolume }),
  v.object({ stage: v.literal('mounting'), ...Taking, volume: DumpVolume, commandId: v.string() }),
  /** What takes the memory is on its way to the host. */
  v.object({ stage: v.literal('fetching'), ...Taking, commandId: v.string() }),
  v.object({ stage: v.literal('dumping'), ...Taking, commandId: v.string() }),
  v.object({ stage: v.literal('uploading'), ...Dumped, ...Uploading }),
  /** All parts are there. */
  v.object({ stage: v.literal('preserving'), ...Dumped, uploadId: v.string() }),
  /** The image is in the evidence store; the host still has it. */
  v.object({
    stage: v.literal('removing'),
    ...Dumped,
    artifact: ArtifactSchema,
    commandId: v.string(),
    since: v.string(),
  }),
  /** The host lets go of the volume. */
  v.object({ stage: v.literal('unmounting'), ...Dumped, volume: DumpVolume, commandId: v.string() }),
  /** The volume is taken off; then its snapshot is the evidence. */
  v.object({ stage: v.literal('detaching'), ...Dumped, volume: DumpVolume, since: v.string() }),
]);
export type LimeTicket = v.InferOutput<typeof LimeTicket>;
export type Stage<S extends LimeTicket['stage']> = Extract<LimeTicket, { stage: S }>;

type Carried<Shape extends v.ObjectEntries> = v.InferOutput<v.ObjectSchema<Shape, undefined>>;
/** What a stage before the dump hands on. */
export type Taking = Carried<typeof Taking>;
/** What a stage after the dump hands on. */
export type Dumped = Carried<typeof Dumped>;
