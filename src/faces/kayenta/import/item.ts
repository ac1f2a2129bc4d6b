/** Kinds of objects that Kayenta stores, by the folder that it keeps them in; configs first, results last. */
export const KINDS = {
  canary_config: 'canary configs',
  metrics: 'metric set lists',
  metric_pairs: 'metric set pair lists',
  canary_archive: 'canary results',
  standalone_canary_archive: 'standalone analyses',
} as const;

export type Kind = keyof typeof KINDS;

/** One object to copy, or what kept it from being found. */
export interface Item {
  kind: Kind;
  id: string;
  /** Throws a Fault when it cannot be read. */
  read(): Promise<unknown>;
}
