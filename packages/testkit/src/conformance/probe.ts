import { AsyncLocalStorage } from 'node:async_hooks';
import type { Account, AccountRole, BaseContext, Environment, Step } from '@cordon/core';
import { type AskedCall, watchedAccount } from './watched-account.js';

/** The functions of a step that the engine calls. */
export type StepFunction = 'before' | 'start' | 'recover' | 'poll' | 'cancel' | 'undo';
const FUNCTIONS: readonly StepFunction[] = ['before', 'start', 'recover', 'poll', 'cancel', 'undo'];

export interface ProbedCall extends AskedCall {
  readonly role: AccountRole;
  readonly from: StepFunction;
}

export interface ProbedEnding {
  readonly from: StepFunction;
  readonly value: unknown;
}

/** Runs the step's code, or has it run otherwise: twice, or with somebody who pulls the plug. */
export type Conduct = (from: StepFunction, work: () => Promise<unknown>) => Promise<unknown>;

/** Watches one step through a run: what it calls, in which of its functions, and what it gives back. */
export class Probe {
  readonly calls: ProbedCall[] = [];
  readonly endings: ProbedEnding[] = [];
  /** The functions that have run at all. */
  readonly begun = new Set<StepFunction>();
  /** Told of every call of the step, before its answer arrives. */
  onCall: (call: ProbedCall) => void = () => undefined;
  /** Told of every function of the step that begins. */
  onBegin: (from: StepFunction) => void = () => undefined;
  conduct: Conduct = (_from, work) => work();
  readonly #inside = new AsyncLocalStorage<StepFunction>();

  /** The step, watched. */
  step(step: Step): Step {
    const functions: Record<string, unknown> = { ...step.run };
    for (const name of FUNCTIONS) {
      const code: unknown = Reflect.get(step.run, name);
      if (typeof code !== 'function') continue;
      functions[name] = (ctx: BaseContext, ...rest: unknown[]) =>
        this.#run(name, () => code.call(step.run, this.#context(ctx), ...rest));
    }
    // The same functions under the same names, each of them wrapped.
    return { ...step, run: functions as unknown as Step['run'] };
  }

  /** The environment, with hosts whose calls are seen too. */
  environment(environment: Environment, suspectAccount: string): Environment {
    return {
      ...environment,
      account: (role, incident) => environment.account(role, incident),
      remoteHost: (account, instanceId, key) => {
        const role = account.id === suspectAccount ? 'suspect' : 'security';
        return environment.remoteHost(this.#account(account, role), instanceId, key);
      },
    };
  }

  async #run(from: StepFunction, work: () => Promise<unknown>): Promise<unknown> {
    this.begun.add(from);
    this.onBegin(from);
    const value = await this.#inside.run(from, () => this.conduct(from, work));
    this.endings.push({ from, value });
    return value;
  }

  #context(ctx: BaseContext): BaseContext {
    return {
      ...ctx,
      suspectAccount: this.#account(ctx.suspectAccount, 'suspect'),
      securityAccount: this.#account(ctx.securityAccount, 'security'),
    };
  }

  #account(account: Account, role: AccountRole): Account {
    return watchedAccount(account, (asked) => {
      const from = this.#inside.getStore();
      // A host that another step asks: not ours to judge.
      if (from === undefined) return;
      const call = { ...asked, role, from };
      this.calls.push(call);
      this.onCall(call);
    });
  }
}
