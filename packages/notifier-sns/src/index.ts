export type { IncidentNotice, NoticeEvent } from './incident-notice.js';
export { type SnsNotifier, type SnsOptions, snsNotifier } from './notifier.js';
export type { PublisherReport } from './publisher.js';
