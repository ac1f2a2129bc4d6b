/** What a name tells of a metric. */
export interface Guess {
  group: 'errors' | 'latency' | 'traffic' | 'other';
  /** How the values of a step become one. */
  by: 'sum' | 'worst' | 'mean';
  direction: 'increase' | 'either';
}

const WORDS: [RegExp, Guess][] = [
  [
    /err(or)?s?|fail(ed|ure|ures)?|5xx|exceptions?|rejected|timeouts?/,
    { group: 'errors', by: 'sum', direction: 'increase' },
  ],
  [
    /latency|latencies|duration|elapsed|seconds|millis|ms|upper(_?\d+)?|p\d{2,3}|response_?time|time/,
    { group: 'latency', by: 'worst', direction: 'increase' },
  ],
  [
    /requests?|hits?|calls?|count|total|throughput|rps|qps|processed/,
    { group: 'traffic', by: 'sum', direction: 'either' },
  ],
];

/** Where a person wants a metric whose name tells nothing. */
export const ANYTHING: Guess = { group: 'other', by: 'mean', direction: 'either' };

/** By the words of a name, `http_5xx` as well as `requestsFailed`; undefined where none of them is known. */
export function guessMetric(name: string): Guess | undefined {
  const plain = name.replaceAll(/([a-z\d])([A-Z])/g, '$1_$2').toLowerCase();
  return WORDS.find(([word]) =>
    new RegExp(`(?:^|[^a-z\\d])(?:${word.source})(?:$|[^a-z\\d])`).test(plain),
  )?.[1];
}
