import { stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import * as v from 'valibot';
import { CliError } from '../cli-error.js';
import type { CordonConfig } from './config.js';

const NAMES = ['cordon.config.ts', 'cordon.config.mjs', 'cordon.config.js'] as const;

const isFunction = v.function();

/** Deep enough to name what was forgotten; the rest is the business of what is called. */
const ConfigSchema = v.object({
  pipeline: v.object({ name: v.string(), steps: v.array(v.unknown()) }),
  environment: isFunction,
  journal: v.object({ open: isFunction, visit: isFunction, list: isFunction, inspect: isFunction }),
  anchors: v.optional(v.array(v.object({ name: v.string(), publish: isFunction }))),
  notifiers: v.optional(v.array(v.object({ attach: isFunction }))),
  filter: v.optional(v.object({ minimumSeverity: v.number() })),
  stagingBuckets: v.optional(v.array(v.string())),
  hostEstimate: v.optional(isFunction),
});

const MUST_BE: Readonly<Record<string, string>> = {
  pipeline: 'an IncidentPipeline',
  environment: 'a function that returns the environment',
  journal: 'a journal, as `fileJournal` and `s3Journal` make it',
  anchors: 'a list of anchors',
  notifiers: 'a list of notifiers',
  filter: 'a filter with a `minimumSeverity`',
  stagingBuckets: 'a list of bucket names',
  hostEstimate: 'a function that returns estimates, as `stepFunctionsEstimate` makes it',
};

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isFile(),
    () => false,
  );
}

/** The nearest configuration from `from` upwards. */
async function search(from: string): Promise<string | undefined> {
  for (let directory = resolve(from); ; directory = dirname(directory)) {
    for (const name of NAMES) if (await exists(join(directory, name))) return join(directory, name);
    if (dirname(directory) === directory) return undefined;
  }
}

async function locate(cwd: string, named: string | undefined): Promise<string> {
  const path = named === undefined ? await search(cwd) : resolve(cwd, named);
  if (path !== undefined && (await exists(path))) return path;
  throw new CliError('NO_CONFIG', {
    message:
      named === undefined
        ? `there is no ${NAMES[0]} (or .mjs, .js) in ${cwd} or above`
        : `there is no file ${path}`,
    advice: 'Make one that exports `config = defineCordonConfig({ ... })`, or name it with --config.',
  });
}

/** Why Node would not load it, as something to do. */
function loadingAdvice(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'ERR_UNKNOWN_FILE_EXTENSION')
    return 'Node reads TypeScript from 22.18 on: update it, or use .mjs.';
  if (code === 'ERR_UNSUPPORTED_TYPESCRIPT_SYNTAX')
    return 'Node only strips types: no enums, namespaces or parameter properties.';
  if (code === 'ERR_MODULE_NOT_FOUND') return 'Install the package it imports beside the configuration.';
  return 'Correct it; CORDON_DEBUG=1 shows where it happened.';
}

async function importConfig(path: string): Promise<unknown> {
  try {
    const module: Readonly<Record<string, unknown>> = await import(pathToFileURL(path).href);
    return module['config'] ?? module['default'];
  } catch (error) {
    const failure = new CliError('BAD_CONFIG', {
      message: `${path} cannot be loaded: ${error instanceof Error ? error.message : String(error)}`,
      advice: loadingAdvice(error),
    });
    failure.cause = error;
    throw failure;
  }
}

function problemIn(issue: v.BaseIssue<unknown>): string {
  const field = issue.path?.[0]?.key;
  if (typeof field !== 'string') return 'it exports neither `config` nor a default';
  return `\`${field}\` must be ${MUST_BE[field] ?? 'there'}`;
}

/**
 * Loads the configuration that `named` or the nearest `cordon.config.*` is.
 *
 * @throws CliError `NO_CONFIG`, `BAD_CONFIG`
 */
export async function loadConfig(cwd: string, named?: string): Promise<CordonConfig> {
  const path = await locate(cwd, named);
  const exported = await importConfig(path);
  const parsed = v.safeParse(ConfigSchema, exported);
  // Checked above as far as JavaScript can: the rest is the type that `defineCordonConfig` gave it.
  if (parsed.success) return exported as CordonConfig;
  throw new CliError('BAD_CONFIG', {
    message: `${path}: ${problemIn(parsed.issues[0])}`,
    advice:
      'Export `config = defineCordonConfig({ pipeline, environment, journal })`: your editor then shows what is missing.',
  });
}
