export { MAX_PAYLOAD_BYTES } from './answer.js';
export {
  type DurableHandlerOptions,
  type DurableResult,
  durableHandler,
  IncidentNotClosed,
} from './durable-handler.js';
