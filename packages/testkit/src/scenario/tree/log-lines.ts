import { syslogTime } from '../timeline.js';
import { SUSPECT } from './scene.js';

/** One line of a log, with its moment, so that lines of several sources can be put in order. */
export interface LogLine {
  readonly at: Date;
  readonly text: string;
}

/** `Nov 20 03:11:52 ip-10-20-3-44 sshd[4242]: message` */
export function syslogLine(at: Date, program: string, message: string): LogLine {
  return { at, text: `${syslogTime(at)} ${SUSPECT.hostname} ${program}: ${message}` };
}

export function inOrder(lines: readonly LogLine[]): readonly LogLine[] {
  return [...lines].sort((a, b) => a.at.getTime() - b.at.getTime());
}

export function toText(lines: readonly LogLine[]): string {
  return inOrder(lines)
    .map((line) => `${line.text}\n`)
    .join('');
}

export function between(lines: readonly LogLine[], from: Date, to: Date): readonly LogLine[] {
  return lines.filter((line) => line.at >= from && line.at < to);
}

const DAY_MS = 86_400_000;

export function daysBefore(at: Date, days: number): Date {
  return new Date(at.getTime() - days * DAY_MS);
}

export function later(at: Date, seconds: number): Date {
  return new Date(at.getTime() + seconds * 1000);
}
