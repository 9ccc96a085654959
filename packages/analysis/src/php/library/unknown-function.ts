import type { Call, Machine } from '../machine.js';
import { PARAMETER, SERVER } from '../values/marks.js';
import { marksOf, UNKNOWN, Value } from '../values/value.js';

const list = (text: string): readonly string[] => text.trim().split(/\s+/);

/** Functions after which a value no longer is what the visitor sent. */
export const CLEANING: ReadonlySet<string> = new Set(
  list(`
    absint addcslashes array_key_exists boolval ceil class_exists clearstatcache count crc32 ctype_alnum ctype_xdigit
    current_user_can date defined empty esc_attr esc_html esc_js esc_sql esc_textarea esc_url esc_url_raw
    escapeshellarg escapeshellcmd file_exists fileatime filemtime fileperms filesize floatval floor function_exists
    gettype hash hash_hmac htmlentities htmlspecialchars in_array intval is_a is_array is_bool is_callable is_dir
    is_file is_float is_int is_link is_null is_numeric is_object is_readable is_scalar is_string is_subclass_of
    is_writable isset key_exists max md5 method_exists microtime min mktime mt_rand mysql_real_escape_string
    mysqli_real_escape_string number_format password_hash password_verify preg_grep preg_quote property_exists rand
    random_int round sanitize_email sanitize_file_name sanitize_html_class sanitize_key sanitize_text_field
    sanitize_title settype sha1 similar_text sizeof sprintf_safe strcasecmp strcmp strcoll strcspn stripos
    strnatcasecmp strncasecmp strncmp strpos strripos strrpos strspn strtotime time uniqid wp_create_nonce wp_hash
    wp_kses wp_kses_post wp_nonce_field wp_nonce_url wp_verify_nonce
  `),
);

/** A function that is neither in the file nor known: its result carries what its arguments carried. */
export function unknownFunction(_machine: Machine, call: Call): Value {
  if (CLEANING.has(call.name)) return UNKNOWN;
  const result = new Value(null, marksOf(call.arguments) & ~(PARAMETER | SERVER));
  // It may begin with anything: what is a path of the visitor's before need not be one after.
  result.leads = false;
  return result;
}
