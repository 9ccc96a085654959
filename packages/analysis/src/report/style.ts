import CSS from './page/page.css?page';

/** The page's style sheet, with what its chart needs. */
export const STYLE: string = CSS;
