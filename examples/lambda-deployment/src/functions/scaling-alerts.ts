// Behind a topic of SNS: tells Slack what Auto Scaling groups launch and terminate, and what they could not.
import { autoScalingAlerts } from '@cordon/notifier-slack';
import { slackBot } from './notifiers.ts';

const bot = await slackBot();
if (bot === undefined) throw new Error('this function is deployed where there is a channel');

export const handler = autoScalingAlerts(bot);
