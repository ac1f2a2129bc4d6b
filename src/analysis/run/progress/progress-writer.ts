import type { ExecutionProgress } from '../../../model/analysis.ts';

/** Clients ask about once a second; a look that is over sooner than this writes nothing. */
const PERIOD_MS = 500;

export interface ProgressWriter {
  /** Returns at once; the newest is written at the end of the period, unless the writer was stopped. */
  tell(progress: ExecutionProgress): void;
  /** Resolves once nothing is being written, and nothing will be. */
  stop(): Promise<void>;
}

/**
 * Writes progress at most once a period and one at a time, however fast it comes. A write that fails is
 * passed over: progress is for those who look on, and the next one replaces it.
 */
export function createProgressWriter(
  write: (progress: ExecutionProgress) => Promise<unknown>,
  onError: (error: unknown) => void,
): ProgressWriter {
  let newest: ExecutionProgress | undefined;
  let timer: NodeJS.Timeout | undefined;
  let writing = Promise.resolve();

  const writeNewest = async () => {
    const progress = newest;
    newest = undefined;
    if (progress !== undefined) await write(progress);
  };
  const onPeriod = () => {
    timer = undefined;
    writing = writing.then(writeNewest).catch(onError);
  };

  return {
    tell(progress) {
      newest = progress;
      timer ??= setTimeout(onPeriod, PERIOD_MS);
    },
    async stop() {
      clearTimeout(timer);
      newest = undefined;
      await writing;
    },
  };
}
