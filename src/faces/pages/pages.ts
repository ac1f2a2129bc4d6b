import { Readable } from 'node:stream';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Read } from '../../analysis/read.ts';
import { Fault } from '../../errors.ts';
import { metricsOfPage } from '../../report/page-of-metrics.ts';
import { renderAroundSections, renderSections } from '../../report/report.ts';
import { renderValues } from '../../report/explore/values-csv.ts';
import { ASSETS } from '../../report/shell/assets.ts';
import type { ReportView } from '../../report/view.ts';
import type { Face } from '../../http/face.ts';
import type { Handlers } from '../../http/operation.ts';
import { analysesHandlers, type AnalysesParts } from './analyses.ts';
import { badgeHandlers, type BadgeParts } from './badge.ts';
import { compareHandlers, type CompareParts } from './compare.ts';
import { deliveriesHandlers, type DeliveriesParts } from './deliveries.ts';
import { docsHandlers, type DocsParts } from './docs/docs.ts';
import { createViewer, type ViewerAsset } from './docs/viewer.ts';
import { configsHandlers, type ConfigsParts } from './configs.ts';
import { editorHandlers, type EditorParts } from './editor.ts';
import { heatmapHandlers, type HeatmapParts } from './heatmap.ts';
import { historyHandlers, type HistoryParts } from './history.ts';
import { pagesDialect } from './dialect.ts';
import { faceWithoutSignIn, HTML, page } from './page.ts';
import { shareHandlers, type ShareParts } from './share.ts';
import { signInHandlers, type SignInParts } from './sign-in.ts';
import { trialHandlers, type TrialParts } from './trial.ts';

export interface PagesParts
  extends
    SignInParts,
    AnalysesParts,
    BadgeParts,
    CompareParts,
    ConfigsParts,
    DeliveriesParts,
    DocsParts,
    EditorParts,
    HeatmapParts,
    HistoryParts,
    ShareParts,
    TrialParts {
  read: Read;
  baseUrl(): string;
}

/** HTML for people; the renderers are pure and live in `report/`. */
export const pagesFace = {
  create(_config: unknown, parts: PagesParts): Face {
    const face = { handlers: allHandlers(parts), dialect: pagesDialect };
    return parts.tokens.isOpen ? faceWithoutSignIn(face) : face;
  },
};

function allHandlers(parts: PagesParts): Handlers {
  const viewerOf = createViewer();
  return {
    ...analysesHandlers(parts),
    ...badgeHandlers(parts),
    ...compareHandlers(parts),
    ...configsHandlers(parts),
    ...deliveriesHandlers(parts),
    ...docsHandlers(parts, viewerOf),
    ...editorHandlers(parts),
    ...heatmapHandlers(parts),
    ...historyHandlers(parts),
    ...reportHandlers(parts),
    ...assetHandlers(viewerOf),
    ...shareHandlers(parts),
    ...signInHandlers(parts),
    ...trialHandlers(parts),
  };
}

function reportHandlers({ read, baseUrl, now }: PagesParts): Handlers {
  return {
    async getReportPage({ parameters }) {
      const id = parameters['id'] as string;
      const { result, ...detail } = await read.detail(id);
      const looks = await read.looks({ ...detail, ...(result === undefined ? {} : { result }) });
      const number = parameters['page'] as number;
      const shown = result && metricsOfPage(result.judgement, number);
      const pairIds = shown?.map(({ metric }) => metric.pairId) ?? [];
      const series = result && (await read.series(result.executionId, pairIds));
      const selfUrl = `${baseUrl()}/analyses/${id}`;
      const view = {
        ...detail,
        looks,
        page: number,
        query: linkOf(parameters),
        generatedAt: now(),
        selfUrl,
        valuesUrl: `/analyses/${id}/values`,
        ...(series === undefined ? {} : { result: { ...result!, ...series } }),
      };
      const { headers, status } = page(200, '');
      const content = Readable.from(partsOf(view, renderAroundSections(view)));
      return { status, headers: headers!, stream: { type: HTML, content } };
    },
    async getValues({ parameters }) {
      const { id, pair } = parameters as { id: string; pair: string };
      const { result } = await read.detail(id);
      const series = result && (await read.series(result.executionId, [pair]));
      const found = series?.pairs[0];
      if (found === undefined) {
        throw new Fault(
          'not-found',
          `there is no pair "${pair}" with values in analysis "${id}": open its report again`,
        );
      }
      return {
        status: 200,
        text: { type: 'text/csv; charset=utf-8', content: renderValues(found) },
        headers: {
          'content-disposition': `attachment; filename="${id}.csv"`,
          'cache-control': 'no-store',
        },
      };
    },
  };
}

/** Files of all pages, and the one of the API viewer, which no other page loads. */
function assetHandlers(viewerOf: () => Promise<ViewerAsset>): Handlers {
  const headers = { 'cache-control': 'public, max-age=31536000, immutable' };
  return {
    async getAsset({ parameters }) {
      const path = `/assets/${String(parameters['file'])}`;
      const asset = Object.values(ASSETS).find((one) => one.path === path);
      if (asset !== undefined) {
        return { status: 200, text: { type: asset.type, content: asset.content }, headers };
      }
      const viewer = await viewerOf().catch(() => undefined);
      if (viewer?.path !== path) {
        throw new Fault(
          'not-found',
          `there is no asset "${path.slice('/assets/'.length)}": reload the page that links it`,
        );
      }
      const answer = viewer.answer((parameters['accept-encoding'] as string | undefined) ?? '');
      return { ...answer, headers: { ...answer.headers, ...headers } };
    },
  };
}

/** The first screen is on its way before any chart below it is drawn. */
async function* partsOf(view: ReportView, [before, after]: [string, string]) {
  yield before;
  for (const section of renderSections(view)) {
    await nextTurn(); // all charts in one turn would hold up everybody else
    yield section.toString();
  }
  yield after;
}

/** What lets a reader in who came by a signed link; the other pages of the report want it too. */
function linkOf({ expires, signature }: Record<string, unknown>): Record<string, string> {
  if (typeof signature !== 'string') return {};
  return { expires: String(expires), signature };
}
