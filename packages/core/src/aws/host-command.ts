import { createHash } from 'node:crypto';
import { StepFailure } from '../engine/failure.js';
import type { HostScript, ScriptParameters } from '../engine/remote-host.js';
import prelude from './prelude.sh';

const NAME = /^[A-Za-z][A-Za-z0-9_]{0,63}$/;
const KEY = /^[A-Za-z0-9-]{1,100}$/;
const SCRIPT_NAME = /^[a-z0-9][a-z0-9-]{0,63}$/;

/** What stands as it is in the parameters' JSON; the prelude reads the rest as \uXXXX, with no JSON parser at hand. */
const ESCAPED = /[^A-Za-z0-9 _./:=+@,-]/g;

/** A command is a document's parameter, and an SSM document holds 64 KB. */
const MAX_COMMAND_BYTES = 60_000;

function refuse(message: string): never {
  throw StepFailure.permanent('SCRIPT_NOT_SENDABLE', message);
}

function escaped(value: string): string {
  // Bash has no variable that holds a NUL.
  if (value.includes('\0')) refuse('a parameter holds a NUL character');
  // Through UTF-8 and back: a lone surrogate, which is no text, becomes U+FFFD.
  const wellFormed = Buffer.from(value).toString();
  return wellFormed.replace(ESCAPED, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

function literal(name: string, value: string | number): string {
  if (!NAME.test(name)) refuse(`parameter name ${JSON.stringify(name)}: letters, digits and _ only`);
  if (typeof value === 'string') return `"${name}":"${escaped(value)}"`;
  if (!Number.isFinite(value)) refuse(`parameter ${name} is ${value}`);
  return `"${name}":"${value}"`;
}

/** Flat JSON, base64: plain for bash and sed, harmless wherever the command is shown or logged. */
export function encodeParameters(parameters: ScriptParameters): string {
  const members = Object.entries(parameters).map(([name, value]) => literal(name, value));
  return Buffer.from(`{${members.join(',')}}`, 'latin1').toString('base64');
}

/** Of what runs, but for the key and the parameters, which are another's each time. */
export function scriptSha256({ text }: HostScript): string {
  return createHash('sha256').update(`${prelude}\n${text}`).digest('hex');
}

/** The whole command: shebang, key, parameters, prelude, script. Nothing in it is interpolated but what is checked here. */
export function composeCommand(script: HostScript, key: string, parameters: ScriptParameters): string {
  if (!KEY.test(key)) refuse('the key is not of letters, digits and hyphens');
  if (!SCRIPT_NAME.test(script.name)) refuse(`script name ${JSON.stringify(script.name)}`);
  const command = [
    '#!/usr/bin/env bash',
    `CORDON_KEY='${key}'`,
    `CORDON_SCRIPT='${script.name}'`,
    `CORDON_PARAMS='${encodeParameters(parameters)}'`,
    prelude,
    script.text,
    '',
  ].join('\n');
  // SSM would read it as a reference to a parameter of its own.
  if (command.includes('{{')) refuse(`script ${script.name} holds '{{'`);
  if (Buffer.byteLength(command) > MAX_COMMAND_BYTES) refuse(`script ${script.name} is over 60,000 bytes`);
  return command;
}
