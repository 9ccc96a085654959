import * as v from 'valibot';
import { StepFailure } from '../engine/failure.js';
import type { CommandResult } from '../engine/remote-host.js';

/** A command that has ended. */
export type EndedCommand = Extract<CommandResult, { status: 'ended' }>;

/** Exit status of the prelude's `fail CODE MESSAGE`. */
const SAID_WHY = 65;
const REASON = /^([A-Z][A-Z0-9_]{2,63}): (.*)$/;

function lastLine(text: string): string {
  return text.trimEnd().split('\n').at(-1) ?? '';
}

/** What SSM's agent puts behind the script's own words. */
const AGENT_SAYS = /^failed to run commands: /;

/** The script's last word on stderr. */
function lastWord(stderr: string): string {
  const lines = stderr.trimEnd().split('\n');
  return lines.findLast((line) => line !== '' && !AGENT_SAYS.test(line)) ?? lastLine(stderr);
}

/** What the host printed may be the intruder's: no control characters go on into messages. */
function printable(text: string): string {
  return text.replace(/[^\x20-\x7e]/g, '?');
}

/**
 * Why a command did not succeed, as a failure: the script's own code where it said one (`fail CODE MESSAGE`),
 * `restart` where it never began or an earlier run of it was cut short.
 */
export function commandFailure(ended: EndedCommand): StepFailure {
  const line = printable(lastWord(ended.stderr).slice(0, 500));
  const [, code, message] = ended.exitCode === SAID_WHY ? (REASON.exec(line) ?? []) : [];
  if (code === 'INTERRUPTED') return StepFailure.restart(code, message ?? '');
  if (code !== undefined) return StepFailure.permanent(code, message ?? '');
  if (ended.end === 'DeliveryTimedOut' || ended.end === 'Undeliverable') {
    // It never began: a poll must not look at it again, a new attempt sends it anew.
    return StepFailure.restart('COMMAND_NOT_DELIVERED', `SSM says ${ended.end}`);
  }
  if (ended.end === 'ExecutionTimedOut' || ended.end === 'TimedOut') {
    return StepFailure.permanent('COMMAND_TIMED_OUT', `SSM says ${ended.end}`);
  }
  return StepFailure.permanent('COMMAND_FAILED', `${ended.end}, exit ${ended.exitCode}: ${line}`);
}

/**
 * What the script answered: the last line of its output, as JSON of this shape.
 *
 * @throws StepFailure of `commandFailure` when it did not succeed; `OUTPUT_TRUNCATED`; `HOST_ANSWER` when the line is
 * something else than the script prints
 */
export function hostAnswer<Schema extends v.GenericSchema>(
  ended: EndedCommand,
  schema: Schema,
): v.InferOutput<Schema> {
  if (ended.end !== 'Success') throw commandFailure(ended);
  if (ended.truncated) throw StepFailure.permanent('OUTPUT_TRUNCATED', 'SSM cut the output of the script');
  try {
    return v.parse(schema, JSON.parse(lastLine(ended.stdout)));
  } catch (error) {
    const message = 'the host answered something else than the script prints';
    throw StepFailure.permanent('HOST_ANSWER', message, { cause: error });
  }
}
