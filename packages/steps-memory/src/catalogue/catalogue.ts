import { StepFailure } from '@cordon/core';
import * as v from 'valibot';
import type { AvmlBinary, LimeModule, SymbolTable } from '../lime/catalogue.js';

/** What the names of kernels, distributions and versions are made of; they become parts of keys. */
const Name = v.pipe(v.string(), v.regex(/^[A-Za-z0-9][A-Za-z0-9._+~-]{0,127}$/));
const Sha256 = v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/));

const ModuleEntry = v.strictObject({
  /** `debian`, `amzn` */
  distribution: Name,
  /** As `uname -r` says it. */
  kernel: Name,
  /** As `uname -m` says it. */
  architecture: Name,
  limeVersion: Name,
  sha256: Sha256,
  /** Signed with a key that the fleet's kernels know. */
  signed: v.optional(v.boolean()),
});
export type ModuleEntry = v.InferOutput<typeof ModuleEntry>;

const AvmlEntry = v.strictObject({ architecture: Name, avmlVersion: Name, sha256: Sha256 });
type AvmlEntry = v.InferOutput<typeof AvmlEntry>;

const SymbolsEntry = v.strictObject({
  distribution: Name,
  kernel: Name,
  architecture: Name,
  /** What the kernel says of itself, as `/proc/version` has it: several builds may share the kernel's name. */
  banner: v.pipe(v.string(), v.regex(/^[\x20-\x7e]{1,512}$/)),
  sha256: Sha256,
});
export type SymbolsEntry = v.InferOutput<typeof SymbolsEntry>;

export const Catalogue = v.strictObject({
  version: v.literal(1),
  modules: v.array(ModuleEntry),
  avml: v.array(AvmlEntry),
  symbols: v.optional(v.array(SymbolsEntry), []),
});
export type Catalogue = v.InferOutput<typeof Catalogue>;

/** Where a module lies, below the catalogue's folder: everything that makes it this module and no other. */
export function moduleKey(module: ModuleEntry): string {
  const { distribution, kernel, architecture, limeVersion, sha256 } = module;
  return `lime/${distribution}/${kernel}/${architecture}/${limeVersion}/${sha256}.ko`;
}

export function avmlKey({ architecture, avmlVersion, sha256 }: AvmlEntry): string {
  return `avml/${architecture}/${avmlVersion}/${sha256}`;
}

export function symbolsKey({ distribution, kernel, architecture, sha256 }: SymbolsEntry): string {
  return `symbols/${distribution}/${kernel}/${architecture}/${sha256}.json.gz`;
}

interface Place {
  readonly bucket: string;
  /** Folder of the catalogue, without slashes around it; empty: the bucket's root. */
  readonly folder: string;
}

/** What memory is taken with. */
export interface Tools {
  readonly modules: readonly LimeModule[];
  readonly avml: readonly AvmlBinary[];
}

/** What may be taken from a catalogue, with where it lies. */
export interface CatalogueContent extends Tools {
  /** What memory is read with. */
  readonly symbols: readonly SymbolTable[];
}

/** @throws StepFailure `CATALOGUE_INVALID` */
export function parseCatalogue(text: string, { bucket, folder }: Place): CatalogueContent {
  let read: Catalogue;
  try {
    read = v.parse(Catalogue, JSON.parse(text));
  } catch (error) {
    throw StepFailure.permanent('CATALOGUE_INVALID', 'it is not in the form of a catalogue', {
      cause: error,
    });
  }
  const at = (key: string) => ({ bucket, key: folder === '' ? key : `${folder}/${key}` });
  return {
    modules: read.modules.map(({ kernel, architecture, sha256, signed = false, ...rest }) => {
      const entry = { kernel, architecture, sha256, ...rest };
      return { kernel, architecture, sha256, signed, ...at(moduleKey(entry)) };
    }),
    avml: read.avml.map((one) => ({
      architecture: one.architecture,
      sha256: one.sha256,
      ...at(avmlKey(one)),
    })),
    symbols: read.symbols.map((one) => ({
      kernel: one.kernel,
      sha256: one.sha256,
      ...at(symbolsKey(one)),
    })),
  };
}
