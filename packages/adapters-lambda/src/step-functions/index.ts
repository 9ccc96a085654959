export type { Branch, State, StateMachine } from './asl.js';
export { HISTORY_EVENTS, historyBudget } from './history-budget.js';
export { HistoryTooLong, type StateMachineOptions, toStateMachine } from './to-state-machine.js';
