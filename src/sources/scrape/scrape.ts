import { Fault } from '../../errors.ts';
import { gridOf, type Grid } from '../grid/grid.ts';
import { checkScrape } from './scrape-check.ts';
import { LEAD_STEPS } from '../readings/evaluation.ts';
import { selectorsOf } from '../readings/question.ts';
import { evaluateScrapes } from './scrape-evaluation.ts';
import {
  createScrapeLoop,
  streamOf,
  type ScrapeDependencies,
  type ScrapeLoop,
} from './scrape-loop.ts';
import type { PageAt, ScrapedPage } from './scrape-page.ts';
import { describeScrapeQuery, parseScrapeQuery, type ScrapeQuery } from './scrape-query.ts';
import type { MetricSource, SeriesRequest, SourceRemark } from '../source.ts';

export type { SampleLog } from './scrape-loop.ts';

/** Why nobody may have the page at this address read; undefined when it may be. */
export type RefusePage = (url: string) => string | undefined;

const MAX_PAGES = 500;

/** What was read of one instance in one window. */
interface Readings {
  pages: PageAt[];
  failures: string[];
}

/**
 * Metrics without a metrics server: reads the instances' own metrics pages while an analysis runs, one
 * loop per page however many analyses observe it, and answers from what was kept. What was not observed
 * in time is lost: a window that began before `observe` starts with gaps.
 */
export function createScrapeSource(
  dependencies: ScrapeDependencies & { account: string; refuse: RefusePage },
): MetricSource {
  const { account, samples, log, refuse } = dependencies;
  const loops = new Map<string, ScrapeLoop>();

  function allowedQuery(request: SeriesRequest): ScrapeQuery {
    const query = parseScrapeQuery(request);
    for (const url of query.instances) {
      const why = refuse(url);
      if (why !== undefined) throw refused(url, why);
    }
    return query;
  }

  function loopOf(url: string): ScrapeLoop | undefined {
    const known = loops.get(url);
    if (known !== undefined) return known;
    if (loops.size >= MAX_PAGES) {
      log.warn(`a page is not scraped: ${MAX_PAGES} pages are scraped already`);
      return undefined;
    }
    const loop = createScrapeLoop(url, dependencies, () => loops.delete(url));
    loops.set(url, loop);
    return loop;
  }

  async function readingsOf(url: string, grid: Grid): Promise<Readings> {
    await loops.get(url)?.settled();
    const { startAt, stepMs, count } = grid;
    const from = startAt - (LEAD_STEPS + 0.5) * stepMs;
    const to = startAt + (count - 0.5) * stepMs;
    const pages: PageAt[] = [];
    const failures: string[] = [];
    for (const { at, document } of await samples.read(streamOf(url), from, to)) {
      const page = document as ScrapedPage;
      if ('failure' in page) failures.push(page.failure);
      else pages.push({ at, ...page });
    }
    return { pages, failures };
  }

  return {
    kind: 'scrape',
    account,
    describe: (request) => describeScrapeQuery(allowedQuery(request)),
    check: (query) => Promise.resolve(checkScrape(query)),
    observe(request, untilAt, observer) {
      const query = parseScrapeQuery(request);
      if (untilAt <= dependencies.now()) return; // the past cannot be read any more
      const { startAt, stepMs } = gridOf(request.scope);
      const names = selectorsOf(query.question).map(({ name }) => name);
      for (const url of query.instances) {
        if (refuse(url) !== undefined) continue; // allowed when it was submitted; `fetch` says so
        loopOf(url)?.observe({ names, phaseAt: startAt, stepMs, untilAt, observer });
      }
    },
    unobserve(observer) {
      for (const loop of loops.values()) loop.unobserve(observer);
    },
    async fetch(request, signal) {
      signal.throwIfAborted();
      const query = allowedQuery(request);
      const grid = gridOf(request.scope);
      const readings = await Promise.all(query.instances.map((url) => readingsOf(url, grid)));
      signal.throwIfAborted();
      const pages = query.instances.map((url, index) => [url, readings[index]!.pages] as const);
      return {
        series: evaluateScrapes(query, new Map(pages), grid),
        remarks: query.instances.flatMap((url, index) => remarksOf(url, readings[index]!)),
      };
    },
    async close() {
      await Promise.all([...loops.values()].map((loop) => loop.close()));
      loops.clear();
    },
  };
}

function refused(url: string, why: string): Fault {
  const { host } = new URL(url);
  return new Fault('address-refused', `the metrics page of "${host}" was refused: ${why}`, {
    subject: `instance "${host}"`,
  });
}

/** Instances that say nothing, and pages or lines that could not be read; never any text of a page. */
function remarksOf(url: string, { pages, failures }: Readings): SourceRemark[] {
  const total = pages.length + failures.length;
  if (total === 0) {
    return [{ kind: 'partial', text: `instance ${url} was not read in this window` }];
  }
  const remarks: SourceRemark[] = [];
  if (failures.length > 0) {
    const text = `instance ${url} could not be read in ${failures.length} of ${total} scrapes: ${failures.at(-1)!}`;
    remarks.push({ kind: pages.length === 0 ? 'partial' : 'warning', text });
  }
  const torn = pages.flatMap(({ unreadable }) => unreadable ?? []);
  const last = torn.at(-1);
  if (last !== undefined) {
    const lines = `line ${last.lines.join(', ')}${last.count > last.lines.length ? ', ...' : ''}`;
    const text = `the page of instance ${url} had lines that are no metric in ${torn.length} of ${total} scrapes, last ${last.count} of them (${lines})`;
    remarks.push({ kind: torn.some(({ mayMiss }) => mayMiss) ? 'partial' : 'warning', text });
  }
  return remarks;
}
