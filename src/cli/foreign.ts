import { kayentaCopy, kayentaFormat, kayentaYml } from '../faces/kayenta/command-line.ts';
import type { ForeignFile } from '../config.ts';
import { Fault } from '../errors.ts';
import type { CanaryConfig, Thresholds } from '../model/config.ts';
import type { Pair } from '../model/series.ts';

// What the command line takes of other tools: each is a face's, and goes with its name here.

/** Another tool's JSON of configs and series. */
export interface ForeignFormat {
  /** Whether a document can only be a config in this form. */
  isConfig(document: unknown): boolean;
  parseConfig(json: unknown): CanaryConfig;
  parseThresholds(json: unknown): Thresholds;
  parsePairs(json: unknown): Pair[];
  /** Judges one case of a batch; never throws, so that a batch goes on. */
  judgeCase(given: { config: unknown; thresholds: unknown; pairs: unknown }): object;
}

/** An option of `canary serve` that names the settings of a service that is replaced. */
export interface ForeignSettingsFile extends Pick<ForeignFile, 'read'> {
  option: string;
  help: string;
}

/** A service of another tool whose documents can be copied into a running one of ours. */
export interface ForeignCopy {
  help: { usage: string; text: string; options: string };
  run(job: CopyJob): Promise<{ report: string; isWhole: boolean }>;
}

export interface CopyJob {
  /** A folder, or an address with the token that it wants. */
  from: { folder: string } | { server: string; token: string | undefined };
  to: { server: string; token: string | undefined };
  overwrite: boolean;
}

const FORMATS: readonly ForeignFormat[] = [kayentaFormat];
export const SETTINGS_FILES: readonly ForeignSettingsFile[] = [kayentaYml];
/** By the word after `canary import`. */
export const COPIES: Readonly<Record<string, ForeignCopy>> = { kayenta: kayentaCopy };

export function formatOfConfig(document: unknown): ForeignFormat | undefined {
  return FORMATS.find(({ isConfig }) => isConfig(document));
}

/** The form of cases in a batch. Fault `invalid-request` where none is left. */
export function formatOfCases(): ForeignFormat {
  const [format] = FORMATS;
  if (format !== undefined) return format;
  throw new Fault('invalid-request', 'this build reads no batches: it knows no form of cases');
}
