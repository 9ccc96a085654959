import { type Account, type BaseContext, StepFailure } from '@cordon/core';
import { s3 } from '@cordon/core/aws';
import type { SymbolTable } from '../lime/catalogue.js';
import { type CatalogueContent, parseCatalogue, type Tools } from './catalogue.js';
import { assertSigned, signatureOf } from './signature.js';

/** A catalogue of modules that lies in S3, made and signed by `lime-catalog`. */
export interface SignedCatalogue {
  readonly bucket: string;
  /** `lime/catalogue.json`: what it names lies in the same folder. Default `catalogue.json`. */
  readonly key?: string;
  /** PEM of the Ed25519 key that it must be signed by. */
  readonly publicKey: string;
}

async function textOf(account: Account, bucket: string, key: string): Promise<string> {
  const { Body } = await account.call(s3.GetObject, { Bucket: bucket, Key: key });
  if (Body === undefined) throw StepFailure.permanent('CATALOGUE_INVALID', `${key} is empty`);
  return Body.transformToString();
}

/**
 * Reads a catalogue, and believes it when its signature holds. What it names is compared by hash once more on the host.
 *
 * @throws StepFailure `CATALOGUE_SIGNATURE`, `CATALOGUE_INVALID`, or what S3 says
 */
export async function readCatalogue(
  account: Account,
  { bucket, key = 'catalogue.json', publicKey }: SignedCatalogue,
): Promise<CatalogueContent> {
  const catalogue = await textOf(account, bucket, key);
  const signature = await textOf(account, bucket, signatureOf(key));
  assertSigned({ catalogue, signature }, publicKey);
  return parseCatalogue(catalogue, { bucket, folder: key.split('/').slice(0, -1).join('/') });
}

interface Source {
  readonly modules: Tools['modules'] | SignedCatalogue;
  readonly avml?: Tools['avml'];
}

/** A catalogue that cannot be believed is none: nothing of it is used. */
async function believed(ctx: BaseContext, catalogue: SignedCatalogue): Promise<CatalogueContent | undefined> {
  try {
    return await readCatalogue(ctx.securityAccount, catalogue);
  } catch (error) {
    if (!(error instanceof StepFailure) || error.kind !== 'permanent' || error.code === 'UNDECLARED_ACTION')
      throw error;
    ctx.notice('CATALOGUE_NOT_USED', `${error.code}: ${error.message}`);
    return undefined;
  }
}

const isCatalogue = (source: readonly unknown[] | SignedCatalogue): source is SignedCatalogue =>
  'publicKey' in source;

/** What there is to take memory with. */
export async function toolsOf(ctx: BaseContext, { modules, avml = [] }: Source): Promise<Tools> {
  if (!isCatalogue(modules)) return { modules, avml };
  const found = await believed(ctx, modules);
  return { modules: found?.modules ?? [], avml: [...avml, ...(found?.avml ?? [])] };
}

/** What there is to read memory of a kernel with: one table for each of its builds. */
export async function symbolsFor(
  ctx: BaseContext,
  kernel: string,
  source: readonly SymbolTable[] | SignedCatalogue,
): Promise<readonly SymbolTable[]> {
  const tables = isCatalogue(source) ? ((await believed(ctx, source))?.symbols ?? []) : source;
  return tables.filter((one) => one.kernel === kernel);
}
