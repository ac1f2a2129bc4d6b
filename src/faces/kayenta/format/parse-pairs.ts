import type { Side } from '../../../model/scope.ts';
import type { Pair, PairSide } from '../../../model/series.ts';
import { mapValues, requiredText } from './parse-config.ts';
import {
  child,
  descend,
  items,
  number,
  refuse,
  requiredNumber,
  text,
  type Place,
} from './place.ts';

const WIRE_SIDES: Record<Side, string> = { baseline: 'control', canary: 'experiment' };

/**
 * Reads a list of Kayenta's `MetricSetPair`. A gap is the text `"NaN"`; null is refused, as the
 * original cannot work with it. Fault: `invalid-request`.
 */
export function parseKayentaPairs(json: unknown): Pair[] {
  const top: Place = {
    document: 'kayenta metric set pair list',
    code: 'invalid-request',
    pointer: '',
    value: json,
  };
  if (!Array.isArray(json)) refuse(top, 'a list');
  return items(top).map(parsePair);
}

function parsePair(place: Place): Pair {
  return {
    id: text(child(place, 'id')) ?? '',
    metric: text(child(place, 'name')) ?? '',
    tags: mapValues(child(place, 'tags'), requiredText),
    baseline: parseSide(place, 'baseline'),
    canary: parseSide(place, 'canary'),
  };
}

function parseSide(pair: Place, side: Side): PairSide {
  const wire = WIRE_SIDES[side];
  const scope = descend(pair, 'scopes', wire);
  return {
    startAt: number(child(scope, 'startTimeMillis')) ?? 0,
    stepMs: number(child(scope, 'stepMillis')) ?? 0,
    values: parseValues(descend(pair, 'values', wire)),
    attributes: mapValues(descend(pair, 'attributes', wire), requiredText),
  };
}

function parseValues(place: Place): number[] {
  if (!Array.isArray(place.value)) return refuse(place, 'a list of numbers');
  return place.value.map((value: unknown, index) =>
    typeof value === 'number' ? value : requiredNumber(child(place, index)),
  );
}
