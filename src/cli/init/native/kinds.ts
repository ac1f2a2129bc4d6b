import { findOnDatadog } from './datadog.ts';
import { findOnGraphite, findOnInfluxdb, type FindNative } from './find-sides.ts';

/** Kinds beside Prometheus in whose lists the sides of a workload can be found. */
export const NATIVE_KINDS: Record<string, FindNative> = {
  datadog: findOnDatadog,
  graphite: findOnGraphite,
  influxdb: findOnInfluxdb,
};
