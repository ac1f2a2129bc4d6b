import { worstFirst, type RankedMetric } from '../model/judgement/severity.ts';
import type { Judgement } from '../model/judgement/judgement.ts';

/** Metrics whose sections stand on one page: with their charts the largest part of it. */
const ON_ONE_PAGE = 12;

/** Number of the page, from 1, with the section of the metric at this place, worst first from 0. */
export function pageAt(place: number): number {
  return Math.floor(place / ON_ONE_PAGE) + 1;
}

/** How many pages there are of so many metrics. */
export function pageCount(metrics: number): number {
  return Math.max(1, pageAt(metrics - 1));
}

/** The metrics of a page, worst first; of the last page where there are fewer. */
export function metricsOfPage(judgement: Judgement, page: number): RankedMetric[] {
  const last = pageCount(judgement.metrics.length);
  return worstFirst(judgement).filter((_, place) => pageAt(place) === Math.min(page, last));
}
