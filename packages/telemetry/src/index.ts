export { type EmfMetrics, type EmfOptions, emfMetrics } from './emf-metrics.js';
export { type StepSpans, type StepSpansOptions, stepSpans } from './step-spans.js';
