import { answerLines } from '../files/json-lines.ts';
import { replayCase, type ReplaySettings } from './case.ts';

/** Replays each line of a file. */
export function replayBatch(file: string, settings: ReplaySettings): Promise<number> {
  return answerLines(file, (given) => replayCase(given, settings));
}
