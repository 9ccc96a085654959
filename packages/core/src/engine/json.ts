type Primitive = string | number | boolean | null;

/** A JSON value. */
export type JsonValue = Primitive | readonly JsonValue[] | { readonly [key: string]: JsonValue };

/** `T` where `T` is JSON, a sentence where it is not. Works for interfaces, which an index signature refuses. */
export type Json<T> = T extends Primitive
  ? T
  : T extends (...parameters: never[]) => unknown
    ? 'a function is not JSON'
    : T extends Date
      ? 'a Date is not JSON: use an ISO string'
      : T extends bigint | symbol
        ? 'not JSON'
        : T extends object
          ? { readonly [K in keyof T]: Json<T[K]> }
          : T extends undefined
            ? undefined
            : never;
