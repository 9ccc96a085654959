export {
  type ConfiguredEnvironment,
  type CordonConfig,
  defineCordonConfig,
  type Notifier,
} from './config/config.js';
export { type Io, type Output, processIo, type StopSignal } from './io.js';
export { main } from './main.js';
