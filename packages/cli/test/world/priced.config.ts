import { defineCordonConfig } from '@cordon/cli';
import { config as checked } from './checked.config.js';

export const config = defineCordonConfig({
  ...checked,
  hostEstimate: (pipeline) => [
    { what: `${pipeline.steps.length} calls of a function`, usd: 0.0012, basis: 'list prices' },
  ],
});
