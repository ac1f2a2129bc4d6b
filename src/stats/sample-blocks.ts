import type { CountSample } from './count-filter.ts';

/** Several short steps as one sample (D4). */
export interface SampleBlocks {
  /** The block's sample with its last step, NaN where it is missing; undefined before. */
  observe(sample: CountSample, isObservation: boolean): CountSample | undefined;
}

export interface SampleBlocksOptions {
  /** Of one block; see `stepsPerBlock`. */
  steps: number;
  /** Steps of the first block that lie before the first sample: blocks are aligned to the clock. */
  offset: number;
  /** Levels are averaged over the observations, counts added over all steps. */
  combine: 'mean' | 'sum';
}

/** Noise of samples closer together than this is hardly that of independent ones. */
const BLOCK_MS = 30_000;
const MISSING: CountSample = {
  canary: NaN,
  baseline: NaN,
  canaryExposure: NaN,
  baselineExposure: NaN,
};

/** How many steps make one block of half a minute; 1 for steps that are as long. */
export function stepsPerBlock(stepMs: number): number {
  return stepMs > 0 && stepMs < BLOCK_MS ? Math.ceil(BLOCK_MS / stepMs) : 1;
}

/**
 * Puts steps together to blocks (D4), after the observations among them were selected (D2). A block is
 * missing when a side has values in fewer than half of its steps, or none of its pairs is an observation;
 * the last one of a run is missing until it is complete.
 */
export function createSampleBlocks(options: SampleBlocksOptions): SampleBlocks {
  const { steps, combine } = options;
  let position = options.offset;
  let block = createBlock();
  return {
    observe(sample, isObservation) {
      const isPair = Number.isFinite(sample.canary) && Number.isFinite(sample.baseline);
      if (Number.isFinite(sample.canary)) block.canaryValues++;
      if (Number.isFinite(sample.baseline)) block.baselineValues++;
      if (isObservation) block.observations++;
      if (isPair && (isObservation || combine === 'sum')) addTo(block, sample);
      if (++position < steps) return undefined;
      const closed = closeBlock(block, options);
      position = 0;
      block = createBlock();
      return closed;
    },
  };
}

interface Block {
  canaryValues: number;
  baselineValues: number;
  observations: number;
  /** How many samples are in `total`. */
  added: number;
  total: CountSample;
}

function createBlock(): Block {
  const total = { canary: 0, baseline: 0, canaryExposure: 0, baselineExposure: 0 };
  return { canaryValues: 0, baselineValues: 0, observations: 0, added: 0, total };
}

function addTo(block: Block, sample: CountSample): void {
  const { total } = block;
  total.canary += sample.canary;
  total.baseline += sample.baseline;
  total.canaryExposure += sample.canaryExposure;
  total.baselineExposure += sample.baselineExposure;
  block.added++;
}

function closeBlock(block: Block, { steps, combine }: SampleBlocksOptions): CountSample {
  const { canaryValues, baselineValues, observations, added, total } = block;
  const isMissing = 2 * Math.min(canaryValues, baselineValues) < steps || observations === 0;
  if (isMissing || combine === 'sum') return isMissing ? MISSING : total;
  return {
    canary: total.canary / added,
    baseline: total.baseline / added,
    canaryExposure: total.canaryExposure / added,
    baselineExposure: total.baselineExposure / added,
  };
}
