import { findOnDatadog } from './datadog.ts';
import { findOnGraphite, findOnInfluxdb, type FindNative } from './find-sides.ts';

/** Kinds that list metrics and are no Prometheus. */
export const NATIVE_KINDS: Record<string, FindNative> = {
  datadog: findOnDatadog,
  graphite: findOnGraphite,
  influxdb: findOnInfluxdb,
};
