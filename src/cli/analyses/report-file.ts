import { createHash } from 'node:crypto';

const SHEET = /<link rel="stylesheet" href="(\/assets\/[\w.-]+)" \/>/;
/** What only a page of a service can load. */
const SERVED = /<link rel="icon" [^>]*>\s*|<script [^>]*><\/script>\s*/g;
const PAGE = /href="\?page=(\d+)/g;

/** Path of the style sheet that the page links; undefined when it is no page of ours. */
export function stylesheetOf(page: string): string | undefined {
  return SHEET.exec(page)?.[1];
}

/** Numbers of all pages of the report, as the links of one of them tell. */
export function pageNumbers(page: string): number[] {
  const linked = [...page.matchAll(PAGE)].map(([, number]) => Number(number));
  return Array.from({ length: Math.max(1, ...linked) }, (_, index) => index + 1);
}

/**
 * A page as a file: the style inside, links to other pages as links to their files, links to the server whole. It says
 * itself that nothing but this style may be loaded or run, whatever the names in it hold.
 */
export function toFile(
  page: string,
  { server, style, nameOf }: { server: string; style: string; nameOf: (page: number) => string },
): string {
  const hash = createHash('sha256').update(style).digest('base64');
  const policy = `default-src 'none'; style-src 'sha256-${hash}'; img-src data:`;
  const head = `<meta http-equiv="Content-Security-Policy" content="${policy}" />
        <style>${style}</style>`;
  return page
    .replaceAll(SERVED, '')
    .replace(SHEET, () => head)
    .replaceAll(PAGE, (_, number) => `href="${encodeURIComponent(nameOf(Number(number)))}`)
    .replaceAll('href="/', () => `href="${server}/`);
}
