export type { LambdaContext } from './lambda-context.js';
export { NotSettled, type StepHandler, type StepHandlerOptions, stepHandler } from './step-handler.js';
