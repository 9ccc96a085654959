export { begin, goOn } from './analyse-anywhere.js';
export type { NodeBinary, RemoteOptions } from './options.js';
export type { PlaceOptions } from './place.js';
export { REMOTE_ACTIONS } from './stages.js';
export {
  type Ended,
  type Extent,
  endOf,
  type ForensicInstance,
  resultsPath,
  type Subject,
} from './subject.js';
export { RemoteTicket } from './ticket.js';
