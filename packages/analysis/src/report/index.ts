export { type EvidenceOpener, incidentReport } from './incident-report.js';
