import type { Observation } from '@cordon/core';
import type { Place } from '../../engine/reporter.js';
import type { SyslogRecord } from '../../parsers/syslog.js';
import type { SyslogInterest } from '../../parsers/syslog-interest.js';

/** Something that listens to system logs. Records of one file come in order; files in any order. */
export interface SyslogConsumer {
  /** What it looks at; it may get other records too. */
  readonly interest: SyslogInterest;
  record(record: SyslogRecord, where: Place): void;
  /** After the walk. */
  finish?(seen: readonly Observation[]): void;
}
