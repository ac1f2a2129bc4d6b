import { Fault } from '../errors.ts';
import type { Series } from '../model/series.ts';
import type { MetricSource, SeriesRequest } from './source.ts';

/** The source of series that come with the request itself. */
export function createInlineSource(): MetricSource {
  return {
    kind: 'inline',
    account: 'inline',
    describe: (request) => `${seriesOf(request).length} series of the request`,
    async fetch(request, signal) {
      signal.throwIfAborted();
      return { series: seriesOf(request), remarks: [] };
    },
  };
}

function seriesOf({ metric, inline }: SeriesRequest): Series[] {
  if (inline !== undefined) return inline;
  const text = `metric "${metric}" has source inline, but the request brings no series for it`;
  throw new Fault('invalid-query', text, { subject: `metric "${metric}"` });
}
