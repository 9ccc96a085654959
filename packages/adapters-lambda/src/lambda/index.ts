export type { Alarm, RaiseAlarm } from './alarm.js';
export { type ApprovalHandler, type ApprovalHandlerOptions, approvalHandler } from './approval-handler.js';
export { type ApprovalToken, approvalLink, signApproval } from './approval-token.js';
export type { ExecutionPlace } from './executions.js';
export type { HttpAnswer } from './http-event.js';
export type { TrustedTopics } from './incoming.js';
export type { LambdaContext } from './lambda-context.js';
export { type OverdueHandler, type OverdueOptions, overdueHandler } from './overdue-handler.js';
export { NotSettled, type StepHandler, type StepHandlerOptions, stepHandler } from './step-handler.js';
export {
  type TriggerAnswer,
  type TriggerHandler,
  type TriggerOptions,
  type TriggerResult,
  triggerHandler,
} from './trigger-handler.js';
