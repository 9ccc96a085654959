import type { Call, Machine } from '../machine.js';
import { callsBack, filters, parsesYaml, replacesByCallbacks } from '../sinks/callbacks.js';
import { createsFunction, runsCode } from '../sinks/code.js';
import { runsCommand } from '../sinks/commands.js';
import { connects, fetches, opens, reads, readsHandle } from '../sinks/file-reading.js';
import { copiesFile, movesUpload, putsFile, writesHandle } from '../sinks/file-writing.js';
import { includeFile } from '../sinks/includes.js';
import { CALLBACK_POSITION, RUNS_COMMAND } from '../sinks/names.js';
import { replacesPattern } from '../sinks/patterns.js';
import * as system from '../sinks/system-access.js';
import { BUILT, CARRIED, DECODED, NUMERIC, ORDINAL } from '../values/marks.js';
import { marksOf, UNKNOWN, unknownWith, Value } from '../values/value.js';
import { COMMON_DECODERS, DECODERS, ENCODERS } from './codecs.js';
import { COLLECTION_HANDLERS } from './collections.js';
import type { Fold } from './fold.js';
import { formats } from './formatting.js';
import { BASE_FUNCTIONS, NUMBER_FUNCTIONS, ORDINAL_FUNCTIONS } from './number-functions.js';
import { replaceText, translate } from './replacing.js';
import * as sources from './sources.js';
import { TEXT_FUNCTIONS } from './text-functions.js';
import { CLEANING } from './unknown-function.js';

export type Handler = (machine: Machine, call: Call) => Value;

const handlers = new Map<string, Handler>();

function register(names: string, handler: Handler): void {
  for (const name of names.trim().split(/\s+/)) handlers.set(name, handler);
}

interface FoldMarks {
  /** What the result is marked with besides what the arguments carry. */
  readonly added: number;
  /** What remains of the arguments' marks when they are unknown. */
  readonly kept: number;
}

/** A function that is computed when all its arguments are known. */
function folding(name: string, fold: Fold, { added, kept }: FoldMarks): Handler {
  return (machine, call) => {
    const marks = marksOf(call.arguments);
    const unknown = () => unknownWith(CLEANING.has(name) ? 0 : (marks & kept) | (added & ~(BUILT | NUMERIC)));
    const texts: string[] = [];
    for (const value of call.arguments) {
      if (value.text === null) return unknown();
      machine.budget.spendOn(value.text);
      texts.push(value.text);
    }
    const text = texts.length === 0 ? null : fold(...texts);
    return text === null ? unknown() : new Value(text, (marks & kept) | added);
  };
}

function registerFolds(folds: Readonly<Record<string, Fold>>, marks: FoldMarks): void {
  for (const [name, fold] of Object.entries(folds)) handlers.set(name, folding(name, fold, marks));
}

registerFolds(TEXT_FUNCTIONS, { added: 0, kept: CARRIED });
registerFolds(ENCODERS, { added: 0, kept: CARRIED });
registerFolds(DECODERS, { added: DECODED | BUILT, kept: CARRIED });
registerFolds(COMMON_DECODERS, { added: BUILT, kept: CARRIED });
registerFolds(BASE_FUNCTIONS, { added: 0, kept: CARRIED });
registerFolds(ORDINAL_FUNCTIONS, { added: NUMERIC | ORDINAL, kept: CARRIED });
registerFolds(NUMBER_FUNCTIONS, { added: NUMERIC, kept: 0 });
for (const [name, handler] of Object.entries(COLLECTION_HANDLERS)) handlers.set(name, handler);

register('str_replace str_ireplace', replaceText);
register('strtr', translate);
register('sprintf', formats);
register('getallheaders apache_request_headers filter_input filter_input_array', sources.requests);
register('getenv apache_getenv', sources.readsEnvironment);
register('get_defined_vars', sources.definedVariables);
register('func_get_args', sources.functionArguments);
register('func_get_arg', sources.functionArgument);
register('define', sources.defines);
register('constant', sources.readsConstant);
register('preg_match preg_match_all ereg eregi', sources.matches);
register('openssl_public_decrypt openssl_private_decrypt', sources.decryptsInto);
register('openssl_decrypt mcrypt_decrypt mcrypt_cbc mcrypt_ecb bzdecompress', (_machine, call) =>
  unknownWith(marksOf(call.arguments) | DECODED),
);

register('eval assert', runsCode);
register('create_function', createsFunction);
register([...RUNS_COMMAND].join(' '), runsCommand);
register([...CALLBACK_POSITION.keys()].join(' '), callsBack);
register('filter_var filter_var_array', filters);
register('yaml_parse yaml_parse_file', parsesYaml);
register('preg_replace_callback_array', replacesByCallbacks);
register('exif_read_data exif_thumbnail iptcparse', () => unknownWith(DECODED));
register('preg_replace preg_filter mb_ereg_replace mb_eregi_replace ereg_replace', replacesPattern);
register('include include_once require require_once', (machine, call) =>
  includeFile(machine, call.arguments[0] ?? UNKNOWN, call.offset),
);
register('file_put_contents', putsFile);
register('fwrite fputs fputcsv gzwrite socket_write', writesHandle);
register('move_uploaded_file', movesUpload);
register('copy rename_upload', copiesFile);
register('fopen gzopen bzopen popen_file', opens);
register('fread fgets fgetc fgetss fscanf stream_get_contents gzread feof', readsHandle);
register(
  `file_get_contents file readfile show_source highlight_file php_strip_whitespace simplexml_load_file parse_ini_file
   readgzfile gzfile`,
  reads,
);
register('fsockopen pfsockopen socket_create stream_socket_client socket_connect', connects);
register('curl_exec curl_multi_getcontent curl_init wp_remote_get http_get wp_remote_retrieve_body', fetches);
register('rename unlink rmdir mkdir chmod touch chown chgrp symlink link', system.changesFile);
register('opendir scandir glob readdir chdir dir', system.listsFolder);
register(
  `phpinfo php_uname posix_getpwuid posix_getuid posix_getgrgid disk_free_space disk_total_space get_current_user
   getmyuid sys_getloadavg error_reporting set_time_limit ignore_user_abort ini_restore posix_kill posix_setuid`,
  system.asksSystem,
);
register('ini_get ini_set', system.readsOrSetsOption);
register('unserialize', system.unserializes);
register('wp_create_user', system.makesUser);
register('putenv', system.setsEnvironment);
register('dl', system.loadsLibrary);
register('imap_open', system.opensMailbox);
register(
  'mysql_connect mysqli_connect mssql_connect pg_connect ftp_connect ftp_login',
  system.connectsDatabase,
);
register('mysql_query mysqli_query mssql_query pg_query', system.queries);
register('mail mb_send_mail', system.mails);
register('error_log', system.logs);
register('extract', system.extracts);
register('parse_str mb_parse_str', system.parsesQuery);

/** PHP's functions that mean something here, by name. */
export const HANDLERS: ReadonlyMap<string, Handler> = handlers;
