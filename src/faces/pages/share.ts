import { Readable } from 'node:stream';
import type { Read } from '../../analysis/read.ts';
import type { Handlers } from '../../http/operation.ts';
import { renderMarkdown } from '../../report/markdown/markdown.ts';
import { metricsOfPage } from '../../report/page-of-metrics.ts';
import { renderPicture } from '../../report/picture/picture.ts';

export interface ShareParts {
  read: Read;
  /** An SVG as PNG, off the event loop. */
  pictures: { draw(svg: string, signal: AbortSignal): Promise<Uint8Array> };
  baseUrl(): string;
  now(): number;
}

/** The report in other forms, for chats and comments. */
export function shareHandlers({ read, pictures, baseUrl, now }: ShareParts): Handlers {
  return {
    async getReportPicture({ parameters, signal }) {
      const id = parameters['id'] as string;
      const { result, ...detail } = await read.detail(id);
      const worst = result && metricsOfPage(result.judgement, 1)[0];
      const pairIds = worst === undefined ? [] : [worst.metric.pairId];
      const series = result && (await read.series(result.executionId, pairIds));
      const svg = renderPicture({
        ...detail,
        generatedAt: now(),
        selfUrl: `${baseUrl()}/analyses/${id}`,
        ...(series === undefined ? {} : { result: { ...result!, ...series } }),
      });
      const picture = await pictures.draw(svg, signal);
      const content = Readable.from([picture]);
      return {
        status: 200,
        stream: { type: 'image/png', bytes: picture.length, content },
        headers: { 'cache-control': 'no-cache' },
      };
    },
    async getReportMarkdown({ parameters }) {
      const id = parameters['id'] as string;
      const { analysis, result } = await read.detail(id);
      const content = renderMarkdown({
        ...analysis,
        subject: analysis.snapshot.configName,
        reportUrl: `${baseUrl()}/analyses/${id}`,
        ...(result === undefined ? {} : { judgement: result.judgement }),
      });
      return {
        status: 200,
        text: { type: 'text/markdown; charset=utf-8', content },
        headers: { 'cache-control': 'no-store' },
      };
    },
  };
}
