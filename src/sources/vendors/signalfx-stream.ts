import { Fault } from '../../errors.ts';
import { isRecord, parseJson, wrongAnswer, describeText } from '../asking/read-json.ts';
import { readNumber } from '../grid/frames.ts';
import { keyOfTags, type RangeSeries } from '../grid/range-series.ts';
import { readEvents } from './event-stream.ts';

/** What a job of SignalFlow streamed until it had ended. */
export interface SignalStream {
  /** Labels of each time series. */
  tags: Map<string, Record<string, string>>;
  data: { at: number; values: { id: string; value: number }[] }[];
  /** The resolution that the job really had, where it tells. */
  resolutionMs?: number;
}

/** Faults: `source-refused` for an error inside the stream, `source-unavailable` for one that did not end. */
export function readStream(body: string): SignalStream {
  const events = readEvents(body);
  if (!events.some(({ event }) => KNOWN.has(event))) {
    throw wrongAnswer(`no stream of SignalFlow but ${describeText(body, 'the stream API')}`);
  }
  const stream: SignalStream = { tags: new Map(), data: [] };
  let isWhole = false;
  for (const { event, data } of events) {
    const payload = parseJson(data);
    if (!isRecord(payload)) throw wrongAnswer(`a ${event} that is no JSON`);
    if (event === 'error') throw refused(payload);
    if (event === 'control-message') {
      if (payload['event'] === 'CHANNEL_ABORT') throw refused(payload);
      isWhole ||= payload['event'] === 'END_OF_CHANNEL';
    } else if (event === 'metadata') readMetadata(payload, stream);
    else if (event === 'data') stream.data.push(readData(payload));
    else if (event === 'message') readMessage(payload, stream);
  }
  if (isWhole) return stream;
  throw new Fault('source-unavailable', 'a stream that broke off before its end', {
    retryable: true,
  });
}

const KNOWN = new Set(['control-message', 'metadata', 'data', 'message', 'event', 'error']);

/** Series by their labels; a time series that changed its id in the middle is one. */
export function seriesOfStream({ tags, data }: SignalStream): RangeSeries[] {
  const found = new Map<string, RangeSeries>();
  for (const { at, values } of data) {
    for (const { id, value } of values) {
      const labels = tags.get(id) ?? {};
      const key = keyOfTags(labels);
      const series = found.get(key) ?? { tags: labels, points: [] };
      found.set(key, series);
      if (!Number.isNaN(value)) series.points.push([at, value]);
    }
  }
  return [...found.values()];
}

/** Its own properties begin with `sf_`; ids of the job say nothing of the series. */
const OF_JOB = /^sf_|^(?:computationId|jobId)$/;

function readMetadata({ tsId, properties }: Record<string, unknown>, stream: SignalStream): void {
  if (typeof tsId !== 'string' || !isRecord(properties)) return;
  const labels = Object.entries(properties)
    .filter(
      ([name, value]) =>
        !OF_JOB.test(name) && ['string', 'number', 'boolean'].includes(typeof value),
    )
    .map(([name, value]) => [name, String(value)]);
  stream.tags.set(tsId, Object.fromEntries(labels) as Record<string, string>);
}

function readData({
  logicalTimestampMs: at,
  data,
}: Record<string, unknown>): SignalStream['data'][number] {
  if (typeof at !== 'number' || !Array.isArray(data)) {
    throw wrongAnswer('data without logicalTimestampMs');
  }
  const values = data.map((one) => {
    const { tsId, value } = isRecord(one) ? one : {};
    return { id: String(tsId), value: readNumber(value, 'value') };
  });
  return { at, values };
}

function readMessage({ message }: Record<string, unknown>, stream: SignalStream): void {
  const { messageCode, contents } = isRecord(message) ? message : {};
  const resolution = isRecord(contents) ? contents['resolutionMs'] : undefined;
  if (messageCode === 'JOB_RUNNING_RESOLUTION' && typeof resolution === 'number') {
    stream.resolutionMs = resolution;
  }
}

function refused(payload: Record<string, unknown>): Fault {
  const inner = isRecord(payload['abortInfo']) ? payload['abortInfo'] : payload;
  const { errorType, sf_job_abortReason: reason, message, errors } = { ...inner };
  const words = [errorType, reason, message, errors && JSON.stringify(errors)]
    .filter((part) => typeof part === 'string' && part !== '')
    .join(': ');
  return new Fault('source-refused', `an error: ${words || 'without words'}; correct the query`);
}
