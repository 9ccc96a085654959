import type { Rule } from '../../engine/reporter.js';

export const FROM_INDICATOR: Rule = {
  id: 'log.login-from-indicator',
  title: 'An address of the finding logged in',
  severity: 'critical',
  techniques: ['T1078'],
};
export const ERASED: Rule = {
  id: 'log.login-erased',
  title: 'A record of a login was overwritten with zeros',
  severity: 'high',
  techniques: ['T1685.006'],
};
export const MISSING: Rule = {
  id: 'log.login-missing',
  title: 'A login is known to lastlog and not to wtmp',
  severity: 'medium',
  techniques: ['T1685.006'],
};
export const REFUSED: Rule = {
  id: 'log.login-refused',
  title: 'An address was refused again and again',
  severity: 'low',
  techniques: ['T1110.001'],
};
export const AFTER_REFUSALS: Rule = {
  id: 'log.login-after-refusals',
  title: 'An address logged in after it was refused again and again',
  severity: 'high',
  techniques: ['T1110.001', 'T1078'],
};
