import type { ScalingEvent, ScalingNotice } from './auto-scaling-notice.js';
import type { SlackMessage } from './incident-message.js';
import { markup, section, slackCode, slackText } from './text.js';

const HEADLINE: Readonly<Record<ScalingEvent, readonly [mark: string, words: string]>> = {
  launch: [':rocket:', 'An instance was launched'],
  'launch-error': [':x:', 'An instance could not be launched'],
  terminate: [':wastebasket:', 'An instance was terminated'],
  'terminate-error': [':x:', 'An instance could not be terminated'],
  test: [':wave:', 'Auto Scaling tries whether its notifications arrive'],
};

function detailLines({ instanceId, zone, cause, trouble }: ScalingNotice): readonly string[] {
  return [
    ...(instanceId === undefined ? [] : [`*Instance* ${slackCode(instanceId, 60)}`]),
    ...(zone === undefined ? [] : [`*Zone* ${slackCode(zone, 60)}`]),
    ...(trouble === '' ? [] : [`*Trouble* ${slackText(trouble, 900)}`]),
    ...(cause === '' ? [] : [`*Cause* ${slackText(cause, 1_200)}`]),
  ];
}

/** What a group did, for a channel. Names and causes are whoever's who may change the group: mere text. */
export function scalingMessage(notice: ScalingNotice): SlackMessage {
  const [mark, words] = HEADLINE[notice.event];
  const lines = detailLines(notice);
  const where = [notice.account, notice.region, notice.at].filter((text) => text !== '');
  return {
    text: `${mark} ${words} in ${slackText(notice.group, 200)}`,
    blocks: [
      {
        type: 'section',
        text: markup(`${mark} *${words}* in ${slackCode(notice.group, 255)}`),
      },
      ...(lines.length === 0 ? [] : [{ type: 'section' as const, text: markup(section(lines)) }]),
      ...(where.length === 0
        ? []
        : [
            {
              type: 'context' as const,
              elements: [markup(where.map((text) => slackCode(text, 60)).join(' '))],
            },
          ]),
    ],
  };
}
