export type { Branch, State, StateMachine } from './asl.js';
export { type IncidentUse, type IncidentUseOptions, incidentUse } from './cost/incident-use.js';
export { LIST_PRICES, type ListPrices } from './cost/list-prices.js';
export { type HostEstimateOptions, stepFunctionsEstimate } from './cost/step-functions-estimate.js';
export { HISTORY_EVENTS, historyBudget } from './history-budget.js';
export { HistoryTooLong, type StateMachineOptions, toStateMachine } from './to-state-machine.js';
