/** Words that the makers of web shells use and makers of web sites seldom, least of all several of them. */
const VOCABULARY =
  /\b(?:web ?shell|backdoor|c99|r57|b374k|filesman|wso\b|bypass(?:ed)? safe|safe[ _-]?mode|uname -a|\/etc\/passwd|back ?connect|bind ?port|bind ?shell|reverse ?shell|mass ?deface|deface|symlink|cpanel|jumping|domains? ?viewer|hack(?:er|ed)|0day|exploit|priv8|udf|self ?remove|kill ?me|net user|netstat|whoami|ifconfig|ipconfig|cmd\.exe|\/bin\/(?:ba)?sh|wscript\.shell|rootkit|brute ?force|md5 ?crack|ddos|udp ?flood|spam|mailer|zone-h|indoxploit|shell[_ ]?(?:exec|code)?|php_uname|uid=|gid=|tmp_name|disable_functions|open_basedir)/gi;

const MAX_TEXT = 300_000;
const MAX_HITS = 400;

/** How many different such words a text has. */
export function tellingWords(source: string): number {
  const found = new Set<string>();
  let hits = 0;
  for (const match of source.slice(0, MAX_TEXT).matchAll(VOCABULARY)) {
    found.add(match[0].toLowerCase());
    if (++hits === MAX_HITS) break;
  }
  return found.size;
}
