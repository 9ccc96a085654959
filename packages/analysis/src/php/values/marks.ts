/** Where a value comes from and what was done to it: bits of `Value.marks`. */

/** The visitor chooses it. */
export const REQUEST = 1;
/** It came out of a decoder. */
export const DECODED = 2;
/** It was put together from pieces. */
export const BUILT = 4;
/** It was fetched from another host. */
export const REMOTE = 8;
/** It is the argument of a function that nothing in the file calls. */
export const PARAMETER = 16;
/** An uploaded file, by its temporary path or its content. */
export const UPLOAD = 32;
/** The name that the visitor gave an upload. */
export const UPLOAD_NAME = 64;
/** This script's own file, its path or its content. */
export const OWN_FILE = 128;
/** The visitor has some influence: the URL's path, the server's variables. */
export const SERVER = 256;
/** A variable that is set nowhere in the file. */
export const UNDEFINED = 512;
/** A number, as against a string of digits: matters to `^` and `~`. */
export const NUMERIC = 1024;
/** Two texts were joined bit by bit, or a character table was applied: nobody writes that for a name by chance. */
export const MASKED = 2048;

/** The code of a character: what is calculated with it is still what it was. */
export const ORDINAL = 4096;

/** What survives when a value becomes part of another. */
export const CARRIED =
  ORDINAL |
  REQUEST |
  DECODED |
  BUILT |
  REMOTE |
  PARAMETER |
  UPLOAD |
  UPLOAD_NAME |
  OWN_FILE |
  SERVER |
  UNDEFINED |
  MASKED;

/** What makes a name or a code a hidden one. */
export const HIDDEN = DECODED | BUILT | MASKED;
