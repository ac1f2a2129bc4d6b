import type { Read } from '../../analysis/read.ts';
import { Fault, toFault } from '../../errors.ts';
import { CONTENT_SECURITY_POLICY } from '../../report/security.ts';
import { renderProblemPage } from '../../report/problem-page.ts';
import { renderReport } from '../../report/report.ts';
import { stylesheet } from '../../report/stylesheet.ts';
import type { Face } from '../../http/face.ts';
import type { Answer, Handlers } from '../../http/operation.ts';

export interface PagesParts {
  read: Read;
  baseUrl(): string;
  now(): number;
}

/** HTML for people; the renderers are pure and live in `report/`. */
export const pagesFace = {
  create: (_config: unknown, parts: PagesParts): Face => ({ handlers: createHandlers(parts) }),
};

function createHandlers({ read, baseUrl, now }: PagesParts): Handlers {
  return {
    async getReportPage({ parameters }) {
      const id = parameters['id'] as string;
      try {
        const detail = await read.withSeries(id);
        return page(
          200,
          renderReport({ ...detail, generatedAt: now(), selfUrl: `${baseUrl()}/analyses/${id}` }),
        );
      } catch (error) {
        const fault = toFault(error);
        if (fault.code !== 'not-found') throw fault;
        return page(404, renderProblemPage({ title: 'No such analysis', message: fault.message }));
      }
    },
    getAsset({ parameters }) {
      if (`/assets/${String(parameters['file'])}` !== stylesheet.path) {
        throw new Fault(
          'not-found',
          `there is no asset "${String(parameters['file'])}": reload the page that links it`,
        );
      }
      return Promise.resolve({
        status: 200,
        text: { type: 'text/css; charset=utf-8', content: stylesheet.content },
        headers: { 'cache-control': 'public, max-age=31536000, immutable' },
      });
    },
  };
}

function page(status: number, content: string): Answer {
  return {
    status,
    text: { type: 'text/html; charset=utf-8', content },
    headers: {
      'content-security-policy': CONTENT_SECURITY_POLICY,
      'referrer-policy': 'no-referrer',
      'cache-control': 'no-store',
    },
  };
}
