import { awsError } from '../errors.js';
import type { Handlers } from '../service.js';
import { instancesOf } from './instances.js';
import { required } from './not-found.js';

type Ec2 = typeof import('@aws-sdk/client-ec2');

/** EC2 keeps the last 64 kB. */
const MOST_OUTPUT_BYTES = 65_536;

/** A JPEG of one grey pixel: enough for what only stores it. */
const SCREENSHOT =
  '/9j/4AAQSkZJRgABAQEASABIAAD/2wBDAP//////////////////////////////////////////////////////////////////////////////////////wgALCAABAAEBAREA/8QAFBABAAAAAAAAAAAAAAAAAAAAAP/aAAgBAQABPxA=';

export const consoleHandlers: Handlers<Ec2, 'GetConsoleOutput' | 'GetConsoleScreenshot'> = {
  GetConsoleOutput: ({ region, world, input }) => {
    const instance = required(instancesOf(region), 'i', input.InstanceId);
    const output = Buffer.from(instance.consoleOutput).subarray(-MOST_OUTPUT_BYTES);
    return { InstanceId: instance.id, Timestamp: world.now(), Output: output.toString('base64') };
  },

  GetConsoleScreenshot: ({ region, input }) => {
    const instance = required(instancesOf(region), 'i', input.InstanceId);
    if (instance.state !== 'running') {
      throw awsError(
        'IncorrectInstanceState',
        `The instance '${instance.id}' is not in the 'running' state.`,
      );
    }
    return { InstanceId: instance.id, ImageData: SCREENSHOT };
  },
};
