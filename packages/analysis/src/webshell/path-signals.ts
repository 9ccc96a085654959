import { languageOfName } from './language.js';
import type { Signal } from './signal.js';

const UPLOAD_FOLDER =
  /\/(?:wp-content\/uploads|uploads?|userfiles|attachments?|avatars?|(?:images?|img|pics?|photos?|media|files?|assets|css|fonts?)(?=\/[^/]*$)|cache|tmp|temp)\//i;
const STATIC_NAME = /\.(?:jpe?g|png|gif|ico|bmp|webp|svg|txt|log|css|pdf|zip|dat|bak)$/i;
const DOUBLE_EXTENSION =
  /\.(?:php\d?|phtml|jspx?|aspx?)\.\w{1,5}$|\.(?:jpe?g|png|gif|txt|pdf|docx?)\.(?:php\d?|phtml|phar|jspx?|aspx?)$/i;

/** Whether visitors may have put this file here. */
export function isUploadFolder(path: string): boolean {
  return UPLOAD_FOLDER.test(path);
}

/** Whether the name claims something that no server runs. */
export function hasStaticName(path: string): boolean {
  return STATIC_NAME.test(path);
}

/** What the place and the name of a script say; they support a finding, alone they are weak. */
export function pathSignals(path: string): readonly Signal[] {
  const signals: Signal[] = [];
  const runs = languageOfName(path) !== undefined;
  if (runs && /\/wp-content\/uploads\//i.test(path)) {
    signals.push({
      id: 'script-in-uploads',
      weight: 22,
      reason: 'A script lies in a folder that is made for uploaded media.',
    });
  } else if (runs && isUploadFolder(path)) {
    signals.push({
      id: 'script-in-uploads',
      weight: 8,
      reason: 'A script lies where uploads or cached files go.',
    });
  }
  if (DOUBLE_EXTENSION.test(path)) {
    signals.push({
      id: 'double-extension',
      weight: 15,
      reason: 'The name has two extensions, one of them runs.',
    });
  }
  return signals;
}
