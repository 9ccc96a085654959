const list = (text: string): readonly string[] => text.trim().split(/\s+/);

/** Functions whose first argument is a shell command. */
export const RUNS_COMMAND: ReadonlySet<string> = new Set(
  list('system exec passthru shell_exec popen proc_open pcntl_exec expect_popen w32api_invoke_function'),
);

/** Functions that run text as PHP. */
export const RUNS_CODE: ReadonlySet<string> = new Set(list('eval assert create_function'));

export const RUNS_CODE_OR_COMMAND: ReadonlySet<string> = new Set([...RUNS_COMMAND, ...RUNS_CODE]);

/** Functions whose name nobody has an innocent reason to hide. */
export const SENSITIVE: ReadonlySet<string> = new Set([
  ...RUNS_CODE_OR_COMMAND,
  ...list(
    `preg_replace call_user_func call_user_func_array file_put_contents base64_decode gzinflate gzuncompress
     str_rot13 array_map array_filter array_walk usort move_uploaded_file fwrite unserialize`,
  ),
]);

/** Where functions take a callback; negative counts from the last argument. */
export const CALLBACK_POSITION: ReadonlyMap<string, number> = new Map(
  Object.entries({
    call_user_func: 0,
    call_user_func_array: 0,
    forward_static_call: 0,
    forward_static_call_array: 0,
    array_map: 0,
    array_filter: 1,
    array_walk: 1,
    array_walk_recursive: 1,
    array_reduce: 1,
    usort: 1,
    uasort: 1,
    uksort: 1,
    array_diff_ukey: -1,
    array_diff_uassoc: -1,
    array_udiff: -1,
    array_udiff_assoc: -1,
    array_udiff_uassoc: -1,
    array_uintersect: -1,
    array_uintersect_assoc: -1,
    array_uintersect_uassoc: -1,
    array_intersect_ukey: -1,
    array_intersect_uassoc: -1,
    register_shutdown_function: 0,
    register_tick_function: 0,
    preg_replace_callback: 1,
    mb_ereg_replace_callback: 1,
    iterator_apply: 1,
    ob_start: 0,
    set_error_handler: 0,
    set_exception_handler: 0,
    header_register_callback: 0,
    spl_autoload_register: 0,
    sqlite_create_function: 2,
    session_set_save_handler: 2,
    xml_set_element_handler: 1,
    array_find: 1,
    array_any: 1,
    array_all: 1,
  }),
);
