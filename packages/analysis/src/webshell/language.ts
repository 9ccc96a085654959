export type Language = 'php' | 'jsp' | 'aspx' | 'asp' | 'perl' | 'python' | 'cfm' | 'htaccess';

const BY_EXTENSION: Readonly<Record<string, Language>> = {
  php: 'php',
  php3: 'php',
  php4: 'php',
  php5: 'php',
  php7: 'php',
  php8: 'php',
  phtml: 'php',
  pht: 'php',
  phar: 'php',
  inc: 'php',
  module: 'php',
  jsp: 'jsp',
  jspx: 'jsp',
  jspf: 'jsp',
  aspx: 'aspx',
  ashx: 'aspx',
  asmx: 'aspx',
  ascx: 'aspx',
  asp: 'asp',
  asa: 'asp',
  cer: 'asp',
  cdx: 'asp',
  pl: 'perl',
  pm: 'perl',
  cgi: 'perl',
  py: 'python',
  wsgi: 'python',
  cfm: 'cfm',
  cfml: 'cfm',
  htaccess: 'htaccess',
  'user.ini': 'htaccess',
};

/** What a file's name says it is; undefined for names that no server would run. */
export function languageOfName(path: string): Language | undefined {
  const name = path.slice(path.lastIndexOf('/') + 1).toLowerCase();
  if (name === '.user.ini') return 'htaccess';
  return BY_EXTENSION[name.slice(name.lastIndexOf('.') + 1)];
}

/** What the content says: PHP hides in images and text files, and a CGI script may be any language. */
export function languageOfContent(source: string): Language | undefined {
  const line = /^#![^\n]{0,80}/.exec(source)?.[0];
  if (line?.includes('perl')) return 'perl';
  if (line?.includes('python')) return 'python';
  if (line?.includes('php')) return 'php';
  if (
    /<\?(?:php\s|=[\x20-\x7e\s]{8})/i.test(source) ||
    /<script[^>]{1,40}language\s{0,4}=\s{0,4}["']?php/i.test(source)
  )
    return 'php';
  return undefined;
}
