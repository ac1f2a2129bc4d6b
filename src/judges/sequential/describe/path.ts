import type { EvidencePath } from '../../../model/judgement/sequential.ts';
import type { Standing } from '../look.ts';
import { shownBounds, type Effect } from './effect.ts';

/** No eye sees more of a number in a chart, and a look at many metrics is stored in a third of the room. */
const DIGITS = 5;

/** How the bounds of a metric came to be, as they are shown; nothing where it has no estimate. */
export function describePath(
  { followed, rejectedAfter }: Standing,
  { estimate }: Effect,
): { path?: EvidencePath } {
  const moments = estimate === undefined ? [] : followed.run.path();
  if (moments.length === 0) return {};
  const bounds = moments.map((moment) =>
    shownBounds(moment, moment.estimate ?? estimate!, rejectedAfter),
  );
  return {
    path: {
      samples: moments.map(({ samples }) => samples),
      estimate: moments.map((moment) => rounded(moment.estimate)),
      lower: bounds.map(({ lower }) => rounded(lower)),
      upper: bounds.map(({ upper }) => rounded(upper)),
      first: -followed.canaryStart,
    },
  };
}

function rounded(value: number | undefined): number | null {
  return value === undefined || !Number.isFinite(value) ? null : Number(value.toPrecision(DIGITS));
}
