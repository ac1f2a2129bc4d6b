import { readSampleValue } from '../grid/sample-value.ts';

/** Names of bucket series in both formats of metrics pages. */
export function isBucketName(name: string): boolean {
  return name.endsWith('_bucket');
}

/**
 * The bound of a bucket (label `le`) in one spelling: bounds are numbers, so `1`, `1.0` and `1e0` are one
 * bucket, also where a client library or its new version writes them differently. A text that is no
 * number stays as it is.
 */
export function canonicalBound(text: string): string {
  const bound = readSampleValue(text);
  if (bound === undefined || Number.isNaN(bound)) return text;
  return Number.isFinite(bound) ? String(bound) : bound > 0 ? '+Inf' : '-Inf';
}
