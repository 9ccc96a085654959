export { type SlackNotifier, type SlackOptions, slackNotifier } from './notifier.js';
export type { OutboxReport } from './outbox.js';
