export { blankDisk, copyDisk } from './copy-disk.js';
export { type AttachedDisk, Guest, type GuestNetwork, type GuestOptions } from './guest.js';
export { AgentLost, GuestAgent, type GuestExecution } from './guest-agent.js';
export type { GuestBoot } from './guest-boot.js';
export { BootableImage, DiskBytes, type EvidenceDisk, evidenceDisksOf, GuestDisk } from './guest-disk.js';
export { GuestMachine } from './guest-machine.js';
export { cached, cacheFolder, GUEST_CACHE, type Recipe } from './images/cache.js';
export {
  type GuestImage,
  type GuestImageOptions,
  guestImage,
  hasKvm,
  WEB_SERVER,
} from './images/guest-image.js';
export { runScript } from './images/run-script.js';
export { machinesOf } from './machines.js';
export { PacedClock, type PacedClockOptions } from './paced-clock.js';
export type { PacketFacts, PacketRules } from './wire.js';
export { addGuestRoute, type GuestRoute } from './world-rules.js';
