import type { Pair, PairSide } from '../../../model/series.ts';
import { instantText } from './java-text.ts';

/** A pair in Kayenta's form; numbers that JSON cannot hold become texts when it is written. */
export function formatKayentaPair({ id, metric, tags, baseline, canary }: Pair) {
  return {
    name: metric,
    id,
    tags,
    values: { control: baseline.values, experiment: canary.values },
    scopes: { control: formatGrid(baseline), experiment: formatGrid(canary) },
    attributes: { control: baseline.attributes, experiment: canary.attributes },
  };
}

function formatGrid({ startAt, stepMs }: PairSide) {
  return { startTimeIso: instantText(startAt), startTimeMillis: startAt, stepMillis: stepMs };
}
