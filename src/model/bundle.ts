import { createHash } from 'node:crypto';
import { Fault } from '../errors.ts';
import type { AnalysisSnapshot } from './analysis.ts';
import { decodeDocument, encodeDocument } from './document.ts';
import type { Judgement } from './judgement/judgement.ts';
import type { KeptRun } from './kept-run.ts';

/** A run with its judgement, to be judged again where its service is not. */
export interface Bundle {
  /** Version of the service that wrote it. */
  version: string;
  analysisId: string;
  configName: string;
  configVersion?: number;
  /** What was compared; absent in one of before it was told. */
  scopes?: AnalysisSnapshot['scopes'];
  run: KeptRun;
  judgement: Judgement;
}

/** What goes to a file: `content` is a text, so that its sum is of exactly these bytes. */
export interface SealedBundle {
  format: string;
  /** Of `content` in UTF-8, hexadecimal: finds damage, and proves nothing of who wrote it. */
  sha256: string;
  content: string;
}

export const BUNDLE_FORMAT = 'canary-verdict/bundle/1';

/** Series are written as they are stored, in base64. */
export function sealBundle({ run, ...rest }: Bundle): SealedBundle {
  const written = {
    ...rest,
    run: { ...run, series: run.series.map(toText), history: writeHistory(run.history) },
  };
  const content = encodeDocument(written);
  return { format: BUNDLE_FORMAT, sha256: sumOf(content), content };
}

/** Fault `invalid-request` for what no service has written, and for what was changed since. */
export function openBundle(document: unknown, name: string): Bundle {
  const refuse = (why: string) =>
    new Fault('invalid-request', `bundle "${name}" ${why}`, { subject: `bundle "${name}"` });
  const { format, sha256, content } = (document ?? {}) as Partial<Record<string, unknown>>;
  if (typeof format !== 'string' || !format.startsWith('canary-verdict/bundle/'))
    throw refuse('is no bundle: "canary bundle export" writes one');
  if (format !== BUNDLE_FORMAT)
    throw refuse(`is of the format ${format}, which this version does not know: use a newer one`);
  if (typeof content !== 'string' || sha256 !== sumOf(content))
    throw refuse('was changed or cut off since it was written: export it again');
  try {
    const { run, ...rest } = decodeDocument<WrittenBundle>(content);
    const series = run.series.map(toBytes);
    return { ...rest, run: { ...run, series, history: readHistory(run.history) } };
  } catch {
    throw refuse('holds no run: export it again');
  }
}

/** Earlier runs as text. */
export type WrittenHistory = readonly { analysisId: string; series: readonly WrittenSeries[] }[];

interface WrittenSeries {
  pairId: string;
  base64: string;
}

type WrittenBundle = Omit<Bundle, 'run'> & {
  run: Omit<KeptRun, 'series' | 'history'> & {
    series: WrittenSeries[];
    history: WrittenHistory;
  };
};

export function writeHistory(history: KeptRun['history']): WrittenHistory {
  return history.map(({ analysisId, series }) => ({ analysisId, series: series.map(toText) }));
}

export function readHistory(history: WrittenHistory): KeptRun['history'] {
  return history.map(({ analysisId, series }) => ({ analysisId, series: series.map(toBytes) }));
}

function toText({ pairId, bytes }: KeptRun['series'][number]): WrittenSeries {
  return { pairId, base64: Buffer.from(bytes).toString('base64') };
}

function toBytes({ pairId, base64 }: WrittenSeries) {
  return { pairId, bytes: new Uint8Array(Buffer.from(base64, 'base64')) };
}

function sumOf(content: string): string {
  return createHash('sha256').update(content).digest('hex');
}
