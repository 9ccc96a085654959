/** A directive, a block of code or an expression, or a script that runs on the server. */
const CODE =
  /<%(?!@|--)[!=]?((?:[^%]|%(?!>))*)(?:%>|$)|<script\b[^>]{0,200}\brunat\b[^>]{0,200}>((?:[^<]|<(?!\/script))*)|<jsp:(?:scriptlet|declaration|expression)>((?:[^<]|<(?!\/jsp:))*)/gi;

/**
 * The code of a page, with line breaks in the place of its markup, so that offsets stay. A page without blocks is code
 * from beginning to end, as handlers are.
 */
export function pageCode(text: string): string {
  let code = '';
  for (const match of text.matchAll(CODE)) {
    const inner = match[1] ?? match[2] ?? match[3] ?? '';
    if (inner.trim() === '') continue;
    const at = match.index + match[0].lastIndexOf(inner);
    code += `${'\n'.repeat(at - code.length)}${inner}`;
  }
  return code === '' ? text : code;
}
