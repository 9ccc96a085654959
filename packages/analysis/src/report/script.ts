import JAVASCRIPT from './page/main.ts?page';

/** The page's own script, with the chart's library: one text, so that one hash allows it and nothing else. */
export const SCRIPT: string = JAVASCRIPT;
