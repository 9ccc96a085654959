import type { Operation } from '../engine/account.js';

/** A module that re-exports one SDK client and its commands, so that bundlers drop the rest. */
type ClientModule = object;

type CommandNames<Module> = {
  [K in keyof Module]: K extends `${infer Name}Command` ? Name : never;
}[keyof Module];

type CommandOf<Module, Name extends string> = `${Name}Command` extends keyof Module
  ? Module[`${Name}Command`]
  : never;

// By the command's `input` property: its constructor is overloaded where every field is optional.
type InputOf<Command> = Command extends new (
  // biome-ignore lint/suspicious/noExplicitAny: an SDK command's constructor is its own affair.
  ...parameters: any[]
) => { readonly input: infer Input extends object }
  ? Input
  : never;

type OutputOf<Command> = Command extends new (
  // biome-ignore lint/suspicious/noExplicitAny: as above.
  ...parameters: any[]
) => { resolveMiddleware(...parameters: infer _P): infer Handler }
  ? Handler extends (...parameters: infer _Q) => Promise<{ output: infer Output extends object }>
    ? Output
    : never
  : never;

/** One AWS service, loaded when first called. */
export interface Service {
  /** IAM's prefix: `ec2`. */
  readonly id: string;
  /** Name of the client class in the module: `EC2Client`. */
  readonly client: string;
  load(): Promise<object>;
}

/** How an operation differs from what its name says. */
export interface OperationTraits {
  /** IAM actions, where they are not `service:Operation`. */
  readonly actions?: readonly string[];
  /** Where the name does not tell. */
  readonly mutating?: boolean;
}

const READS = /^(Describe|Get|List|Head|Lookup|Simulate|Search|Filter)/;

const services = new WeakMap<Operation, Service>();

/** The service behind an operation made by `defineOperations`. */
export function serviceOf(operation: Operation): Service | undefined {
  return services.get(operation);
}

type OperationTable<Module, Names extends CommandNames<Module> & string> = {
  readonly [Name in Names]: Operation<InputOf<CommandOf<Module, Name>>, OutputOf<CommandOf<Module, Name>>>;
};

/**
 * Operations of one service, typed by its SDK module, which is loaded when one of them is first called.
 *
 * @example
 * const rds = defineOperations(
 *   { id: 'rds', client: 'RDSClient', load: () => import('./clients/rds.js') },
 *   ['DescribeDBInstances'],
 * );
 */
export function defineOperations<
  Module extends ClientModule,
  const Names extends CommandNames<Module> & string,
>(
  service: { readonly id: string; readonly client: keyof Module & string; load(): Promise<Module> },
  names: readonly Names[],
  traits: Partial<Record<NoInfer<Names>, OperationTraits>> = {},
): OperationTable<Module, Names> {
  const entries = names.map((name) => {
    const own: OperationTraits = traits[name] ?? {};
    const operation: Operation = {
      id: `${service.id}:${name}`,
      actions: own.actions ?? [`${service.id}:${name}`],
      mutating: own.mutating ?? !READS.test(name),
    };
    services.set(operation, service);
    return [name, operation];
  });
  // Object.fromEntries forgets the keys; they are exactly `names`.
  return Object.fromEntries(entries) as OperationTable<Module, Names>;
}
