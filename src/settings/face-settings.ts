import type { Setting } from './setting.ts';

/** What a face adds to the configuration: its sections by key, and what must hold between them and the rest. */
export interface FaceSettings {
  sections: Readonly<Record<string, Setting<unknown>>>;
  /** Throws a Fault `bad-configuration` that names the key; `own` are the parsed sections by key. */
  check?(own: Readonly<Record<string, unknown>>, secretNames: readonly string[]): void;
}
