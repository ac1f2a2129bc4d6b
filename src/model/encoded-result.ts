import type { ExecutionResult } from './analysis.ts';
import type { Judgement } from './judgement/judgement.ts';
import type { Pair } from './series.ts';
import { decodeSeries, encodeSeries } from './series-document.ts';

/** A pair with all that was judged beside it, in bytes that are handed on unread: they may be large. */
export interface EncodedPair {
  pairId: string;
  /** How many values both sides have together. */
  values: number;
  bytes: Uint8Array;
}

/** A result as it is stored: what is shown everywhere, and series that only few readers want. */
export interface EncodedResult {
  judgement: Judgement;
  sourceWarnings: string[];
  /** In the order of the config's metrics. */
  series: EncodedPair[];
}

export type JudgedSeries = Omit<ExecutionResult, 'judgement' | 'sourceWarnings'>;

interface PairRecord {
  pair: Pair;
  exposures?: NonNullable<JudgedSeries['exposures']>[string];
  before?: NonNullable<JudgedSeries['before']>[string];
  instances?: NonNullable<JudgedSeries['instances']>[string];
}

const BESIDE = ['exposures', 'before', 'instances'] as const;

export function encodePairs(series: JudgedSeries): EncodedPair[] {
  return series.pairs.map((pair) => {
    const beside = BESIDE.flatMap((name) => {
      const own = series[name]?.[pair.id];
      return own === undefined ? [] : [[name, own] as const];
    });
    return {
      pairId: pair.id,
      values: pair.baseline.values.length + pair.canary.values.length,
      bytes: encodeSeries({ pair, ...Object.fromEntries(beside) } satisfies PairRecord),
    };
  });
}

export function decodePairs(encoded: readonly Pick<EncodedPair, 'bytes'>[]): JudgedSeries {
  const records = encoded.map(({ bytes }) => decodeSeries<PairRecord>(bytes));
  const besides = BESIDE.flatMap((name) => {
    const own = records.flatMap((record) => {
      const value = record[name];
      return value === undefined ? [] : [[record.pair.id, value] as const];
    });
    return own.length === 0 ? [] : [[name, Object.fromEntries(own)] as const];
  });
  return { pairs: records.map(({ pair }) => pair), ...Object.fromEntries(besides) };
}

export function encodeResult({
  judgement,
  sourceWarnings,
  ...series
}: ExecutionResult): EncodedResult {
  return { judgement, sourceWarnings, series: encodePairs(series) };
}
