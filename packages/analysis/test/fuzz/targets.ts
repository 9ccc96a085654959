import type { FuzzTarget } from './fuzz-target.js';
import { targets as accessLog } from './targets/access-log.js';
import { targets as audit } from './targets/audit.js';
import { targets as cloudInit } from './targets/cloud-init.js';
import { targets as cloudTrail } from './targets/cloud-trail.js';
import { targets as dnsQuery } from './targets/dns-query.js';
import { targets as errorLog } from './targets/error-log.js';
import { targets as flowLog } from './targets/flow-log.js';
import { targets as flowLogParquet } from './targets/flow-log-parquet.js';
import { targets as histories } from './targets/histories.js';
import { targets as hostTables } from './targets/host-tables.js';
import { targets as journals } from './targets/journals.js';
import { targets as loadBalancerLog } from './targets/load-balancer-log.js';
import { targets as loginDatabases } from './targets/login-databases.js';
import { targets as loginRecords } from './targets/login-records.js';
import { targets as packageLogs } from './targets/package-logs.js';
import { targets as packed } from './targets/packed.js';
import { targets as syslog } from './targets/syslog.js';
import { targets as syslogHeads } from './targets/syslog-heads.js';
import { targets as tar } from './targets/tar.js';
import { targets as webShells } from './targets/web-shells.js';

/** File in `targets` -> what it names. What is newest stands first: it has been fuzzed the least. */
export const targetFiles: { readonly [file: string]: readonly FuzzTarget[] } = {
  'web-shells': webShells,
  'cloud-trail': cloudTrail,
  'load-balancer-log': loadBalancerLog,
  'host-tables': hostTables,
  'login-databases': loginDatabases,
  'flow-log-parquet': flowLogParquet,
  journals,
  packed,
  tar,
  'login-records': loginRecords,
  audit,
  'syslog-heads': syslogHeads,
  syslog,
  'access-log': accessLog,
  'error-log': errorLog,
  'package-logs': packageLogs,
  histories,
  'cloud-init': cloudInit,
  'flow-log': flowLog,
  'dns-query': dnsQuery,
};

/** Everything that reads what comes from a suspect. */
export const fuzzTargets: readonly FuzzTarget[] = Object.values(targetFiles).flat();
