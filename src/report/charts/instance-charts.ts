import { extent, mean } from 'd3-array';
import { scaleLinear, type ScaleLinear } from 'd3-scale';
import { line } from 'd3-shape';
import type { MetricJudgement } from '../../model/judgement/judgement.ts';
import type { InstanceSeries, Pair, PairInstances } from '../../model/series.ts';
import { formatNumber } from '../format.ts';
import { html, type Content, type SafeHtml } from '../html.ts';
import { round } from './axes.ts';
import { thinPoints, type Point } from './thin-points.ts';

/** More than these are not read: of a thousand pods the worst say where to look. */
const SHOWN = 12;
const SIZE = { width: 200, height: 64, margin: 4 } as const;

interface Drawn extends InstanceSeries {
  side: 'baseline' | 'canary';
  mean: number;
  /** Times its siblings, where the judge says that it stands out. */
  standsOut: number | undefined;
}

/**
 * One small chart an instance, all on one axis, with the line of the baseline as a whole behind: those that stand out
 * first, then the canary's farthest from the baseline in the direction that does harm. Nothing where no instances are told.
 */
export function renderInstanceCharts(
  metric: MetricJudgement,
  pair: Pair,
  instances: PairInstances | undefined,
  id: string,
): Content {
  const all = instances === undefined ? [] : worstFirst(metric, instances);
  if (all.length < 2) return undefined;
  const shown = all.slice(0, SHOWN);
  const y = scaleLinear(domainOf([...shown, pair.baseline]), [
    SIZE.height - SIZE.margin,
    SIZE.margin,
  ]);
  const rest = all.length - shown.length;
  return html`<h4 id="${id}-instances">Instance by instance</h4>
    <p class="quiet">
      Worst first, all from ${formatNumber(y.domain()[0], metric.unit)} to
      ${formatNumber(y.domain()[1], metric.unit)}; the thin line is the whole
      baseline.${rest > 0 && ` ${rest} more ${rest === 1 ? 'is' : 'are'} less far away.`}
    </p>
    <ul class="instances plain">
      ${shown.map((one) => renderInstance(one, { y, pair, metric }))}
    </ul>`;
}

function worstFirst(metric: MetricJudgement, instances: PairInstances): Drawn[] {
  const { baseline, evidence, sequential } = metric;
  const direction = evidence?.effect.direction ?? 'either';
  const harm = (value: number) => {
    const far = value - baseline.mean;
    if (direction === 'either') return Math.abs(far);
    return direction === 'increase' ? far : -far;
  };
  const ratioOf = (side: string, name: string) =>
    sequential?.instances?.find((one) => one.side === side && one.instance === name)?.ratio;
  const drawn = (['canary', 'baseline'] as const).flatMap((side) =>
    instances[side].map(({ name, values }): Drawn => {
      const level = mean(values.filter(Number.isFinite)) ?? NaN;
      return { side, name, values, mean: level, standsOut: ratioOf(side, name) };
    }),
  );
  const rank = ({ side, standsOut }: Drawn) =>
    (standsOut === undefined ? 2 : 0) + (side === 'canary' ? 0 : 1);
  const order = (one: Drawn) => (Number.isNaN(one.mean) ? -Infinity : harm(one.mean));
  return drawn.sort((a, b) => rank(a) - rank(b) || compare(order(b), order(a)));
}

/** Also of two infinities, whose difference is no number. */
function compare(a: number, b: number): number {
  return a < b ? -1 : Number(a > b);
}

function domainOf(lines: readonly { values: readonly number[] }[]): [number, number] {
  const [low, high] = extent(lines.flatMap(({ values }) => values.filter(Number.isFinite)));
  if (low === undefined || high === undefined) return [0, 1];
  return low >= 0 && low <= 0.5 * high ? [0, high] : [low, low === high ? low + 1 : high];
}

function renderInstance(
  { side, name, values, mean: level, standsOut }: Drawn,
  {
    y,
    pair,
    metric: { unit },
  }: { y: ScaleLinear<number, number>; pair: Pair; metric: MetricJudgement },
): SafeHtml {
  const told =
    standsOut === undefined ? '' : `, ${formatNumber(standsOut)} times its siblings: stands out`;
  const text = Number.isNaN(level) ? 'no values' : `mean ${formatNumber(level, unit)}`;
  return html`<li>
    <span class="${standsOut === undefined ? 'quiet' : 'sign fail'}">${side}</span> ${name}
    <svg
      class="instance"
      viewBox="0 0 ${SIZE.width} ${SIZE.height}"
      role="img"
      aria-label="${side} ${name}: ${text}${told}"
    >
      <path
        class="reference"
        d="${pathOf(pair.baseline.values, y)}"
        fill="none"
        stroke="#888"
        stroke-width="1"
      />
      <path
        class="line ${side}"
        d="${pathOf(values, y)}"
        fill="none"
        stroke="${side === 'canary' ? '#b84a00' : '#0060a8'}"
        stroke-width="1.5"
      />
    </svg>
    <span class="quiet">${text}${told}</span>
  </li> `;
}

function pathOf(values: readonly number[], y: ScaleLinear<number, number>): string {
  const x = scaleLinear([0, Math.max(1, values.length - 1)], [0, SIZE.width]);
  const points = thinPoints({ startAt: 0, stepMs: 1, values }, SIZE.width / 4);
  const draw = line<Point>()
    .defined(({ value }) => Number.isFinite(value))
    .x(({ at }) => round(x(at)))
    .y(({ value }) => round(y(value)));
  return draw(points) ?? '';
}
