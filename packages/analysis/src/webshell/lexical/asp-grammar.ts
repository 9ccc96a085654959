import type { FlowGrammar } from './request-flow.js';

const REQUEST =
  /\bRequest\s{0,4}(?:\.\s{0,4}(?:Item|Form|QueryString|Params|Headers|Cookies|Files|InputStream|GetBufferlessInputStream|BinaryRead|RawUrl|Unvalidated|Url\.Query|UserAgent)\b|[[(])|\b\w{1,40}\.(?:Text|PostedFile|FileBytes|FileContent)\b(?!\s{0,4}=(?!=))/i;

const FUNCTION =
  /\b(?:sub|function|void|string|bool|int|byte\[\]|\w{1,30})[ \t]{1,8}(?<name>[A-Za-z_]\w{0,60})[ \t]{0,4}\((?<parameters>[^()\n]{1,300})\)/gi;

/** A method of a web service is called by whoever asks for it, in C# and in Basic. */
const WEB_METHOD =
  /[[<]\s{0,8}(?:\w{1,20}\.){0,3}WebMethod\b[^\]>]{0,200}[\]>][\s_]{1,40}(?:\w{1,20}\s{1,8}){1,5}\w{1,60}\s{0,4}\((?<parameters>[^()\n]{1,300})\)/gi;

/** VBScript, JScript and the languages of ASP.NET. */
export const ASP_GRAMMAR: FlowGrammar = {
  source: REQUEST,
  functionHead: FUNCTION,
  entryHead: WEB_METHOD,
  ignoresCase: true,
};

/** What the page fetched from elsewhere. */
export const FETCHED_GRAMMAR: FlowGrammar = {
  source: /\.\s{0,4}(?:responseText|responseBody|DownloadString|DownloadData)\b/i,
  functionHead: FUNCTION,
  ignoresCase: true,
};

/** What the visitor's browser says that an uploaded file is called. */
export const UPLOAD_GRAMMAR: FlowGrammar = {
  source: /\.\s{0,4}FileName\b/i,
  functionHead: FUNCTION,
  ignoresCase: true,
};

const ALIAS =
  /(?<!\w)(?!request\b)([A-Za-z_]\w{0,40})[ \t]{0,8}(?:As[ \t]{1,8}HttpRequest[ \t]{1,8})?=[ \t]{0,8}(?:\w{1,30}[ \t]{0,2}\.[ \t]{0,2}){0,3}Request[ \t]{0,8}(?=[;\r\n:]|$)/gi;
/** Most pages read the request where they name it. */
const GIVEN_AWAY = /\bRequest[ \t]{0,8}(?:[;\r\n:]|$)/i;
/** What the visitor sets of the variables of the server, but for those that applications pass on everywhere. */
const HEADER =
  /\bServerVariables(?=\s{0,4}[[(]\s{0,4}"(?:HTTP_(?!HOST|REFERER|X_FORWARDED|X_REAL|CONTENT_D)|QUERY_STRING))/gi;
/** A page names its own members either way. */
const OWN = /(?<![.\w])(?:this|Me)[ \t]{0,2}\.[ \t]{0,2}(?=[A-Za-z_])/g;
const CELL = /\b(Session|Application|Cache)[ \t]{0,2}[[(][ \t]{0,2}"([^"\n]{1,24})"[ \t]{0,2}[\])]/gi;

/**
 * The same with one name for one thing: the request, where the page calls it otherwise, its headers, and what is kept for
 * the next call. Line breaks stay.
 */
export function withPlainNames(text: string): string {
  const plain = text
    .replace(OWN, '')
    .replace(CELL, (_, store: string, key: string) => `${store}_${key.replace(/\W/g, '_')}`)
    .replace(HEADER, 'Headers');
  if (!GIVEN_AWAY.test(plain)) return plain;
  const aliases = new Set(
    [...plain.matchAll(ALIAS)].slice(0, 10).map(([, alias = '']) => alias.toLowerCase()),
  );
  if (aliases.size === 0) return plain;
  return plain.replace(/(?<![.\w])[A-Za-z_]\w{0,40}(?=\s{0,2}[.[(])/g, (name) =>
    aliases.has(name.toLowerCase()) ? 'Request' : name,
  );
}
