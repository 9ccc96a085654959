import { CALLBACK_POSITION, RUNS_CODE_OR_COMMAND } from './sinks/names.js';
import { word, wordSet, words } from './words.js';

/** Calls that can be a finding, or lead to one. */
export const SINKS = wordSet(
  ...[...RUNS_CODE_OR_COMMAND, ...CALLBACK_POSITION.keys()].map(word),
  ...words(`
    preg_replace preg_filter mb_ereg_replace mb_eregi_replace move_uploaded_file file_put_contents fwrite fputs copy
    include include_once require require_once unserialize fsockopen pfsockopen extract parse_str unlink rename chmod
    opendir scandir mysql_connect mysqli_connect mail phpinfo php_uname readfile show_source highlight_file fopen
    wp_create_user filter_var yaml_parse preg_replace_callback_array putenv rmdir symlink file_get_contents file error_log dl imap_open
  `),
);

/** Calls that are one even without request data in the same file. */
export const STRONG_SINKS = wordSet(
  ...[...RUNS_CODE_OR_COMMAND].map(word),
  ...words('move_uploaded_file mb_ereg_replace mb_eregi_replace preg_filter extract parse_str putenv'),
);

export const DECODING = wordSet(
  ...words(`
    base64_decode gzinflate gzuncompress gzdecode str_rot13 strrev hex2bin pack convert_uudecode chr
    openssl_decrypt mcrypt_decrypt exif_read_data getdoccomment
  `),
);

export const STRONG_CLASSES = wordSet(...words('reflectionfunction reflectionmethod ffi com'));

export const STRONG_METHODS = wordSet(
  ...words('registerphpfunctions newinstance newinstanceargs createfunction sqlitecreatefunction'),
);

/** Methods that call what they are given. */
export const CALLING_METHODS = wordSet(...words('uasort uksort'));

export const REQUEST_VARIABLES = wordSet(
  ...words(`
    _get _post _request _cookie _files _server globals
    http_get_vars http_post_vars http_cookie_vars http_raw_post_data http_post_files
  `),
);

export const REQUEST_FUNCTIONS = wordSet(
  ...words('getallheaders apache_request_headers filter_input filter_input_array get_defined_vars getenv'),
);
