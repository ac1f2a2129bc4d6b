import type { ReportView } from './view.ts';

/** The page that is shown, and what the addresses of the others must repeat. */
export interface ShownPage {
  page: number;
  query: ReportView['query'];
}

/** Relative address of a page of the same report. */
export function pageAddress(page: number, query: ReportView['query']): string {
  return `?${new URLSearchParams({ ...query, page: String(page) }).toString()}`;
}
