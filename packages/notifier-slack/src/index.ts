export {
  AlertNotSent,
  autoScalingAlerts,
  type ScalingAlertsOptions,
  type ScalingAlertsReport,
} from './auto-scaling-alerts.js';
export { type SlackNotifier, slackNotifier } from './notifier.js';
export type { OutboxReport } from './outbox.js';
export type { SlackOptions } from './slack-options.js';
