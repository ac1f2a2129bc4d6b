import { Fault } from '../../errors.ts';
import { isRecord, parseJson, readObject, wrongAnswer } from '../asking/read-json.ts';

/** `results` of an answer of InfluxQL; errors in a 200 are refusals. */
export function readResultList(body: string): unknown[] {
  const answer = readObject(body, 'InfluxDB');
  const said = readInfluxError(body);
  if (said !== undefined) throw new Fault('source-refused', `an error: ${said}; correct the query`);
  const { results } = answer;
  if (!Array.isArray(results)) throw wrongAnswer('without results');
  return results;
}

/** InfluxDB's own words, from a refusal or from inside of an answer. */
export function readInfluxError(body: string): string | undefined {
  const answer = parseJson(body);
  if (!isRecord(answer)) return undefined;
  const { error, message, results } = answer;
  if (typeof error === 'string') return error;
  if (typeof message === 'string') return message;
  const failed: unknown = (Array.isArray(results) ? results : []).find(
    (one) => isRecord(one) && typeof one['error'] === 'string',
  );
  return isRecord(failed) ? String(failed['error']) : undefined;
}
