import { Fault, toFault, type FaultDetails } from '../../../errors.ts';
import type { DistantJudge, JudgeFactory, JudgeInput } from '../../../judges/judge.ts';
import { formatKayentaConfig } from '../format/format-config.ts';
import { formatKayentaPair } from '../format/format-pair.ts';
import type { OutboundAnswer, OutboundClient } from '../../../outbound/client.ts';
import { tellAddress } from '../../../outbound/tell-address.ts';
import { kayentaOriginOf } from '../format/origin.ts';
import { REMOTE_JUDGE } from './name.ts';
import { readRemoteJudgement } from './read-judgement.ts';

/** As long as Kayenta waits. */
const TIMEOUT_MS = 90_000;
const CONNECT_TIMEOUT_MS = 30_000;
const MAX_ANSWER_BYTES = 32 * 1024 * 1024;
const PASSING_STATUSES = [408, 429, 502, 503, 504];

/**
 * Kayenta's remote judge: one call `POST <url>/judge` with config, thresholds and pairs decides. Faults:
 * `remote-judge-failed` when there is no answer, a refusal, or an answer that is no result; `address-refused`.
 */
export function createRemoteJudgeFactory(options: {
  /** Without a slash at the end. */
  url: string;
  client: OutboundClient;
}): JudgeFactory<DistantJudge> {
  const { url, client } = options;
  const host = new URL(url).host;
  const judge: DistantJudge = {
    name: REMOTE_JUDGE,
    async ask(input, signal) {
      const answer = await ask(client, `${url}/judge`, { input, signal, host });
      try {
        return readRemoteJudgement(JSON.parse(answer.text), input, host);
      } catch (error) {
        const why = error instanceof SyntaxError ? 'it is not JSON' : toFault(error).message;
        const what = `answered something that is no judge result: ${why}`;
        throw failed(host, what, { cause: error, http: answer.http });
      }
    },
  };
  return { name: REMOTE_JUDGE, create: () => judge };
}

async function ask(
  client: OutboundClient,
  url: string,
  { input, signal, host }: { input: JudgeInput; signal: AbortSignal; host: string },
): Promise<OutboundAnswer> {
  const answer = await client
    .request({
      method: 'POST',
      url,
      headers: { accept: 'application/json', 'content-type': 'application/json' },
      body: formatRequest(input),
      signal,
      timeoutMs: TIMEOUT_MS,
      connectTimeoutMs: CONNECT_TIMEOUT_MS,
      maxBytes: MAX_ANSWER_BYTES,
      tellable: [],
    })
    .catch((cause: unknown) => {
      if (!(cause instanceof Fault)) throw unanswered(url, host, cause);
      if (cause.code === 'address-refused') throw cause;
      throw failed(host, `cannot judge: ${cause.message}`, { cause, retryable: true });
    });
  const { status, text, truncated, http } = answer;
  if (status < 200 || status > 299) {
    const why = `answered ${status}${errorText(text)}`;
    throw failed(host, why, { retryable: PASSING_STATUSES.includes(status), http });
  }
  if (truncated) throw failed(host, `answered more than ${MAX_ANSWER_BYTES} bytes`, { http });
  return answer;
}

/** Who was being waited for when the time was over. */
function unanswered(url: string, host: string, cause: unknown): Fault {
  const http = { method: 'POST', url: tellAddress(url, []) };
  return failed(host, 'had not answered when the waiting was ended', { cause, http });
}

function formatRequest({ config, origin, thresholds, pairs }: JudgeInput): string {
  const request = {
    // as its client wrote it, where it came in that form
    canaryConfig: kayentaOriginOf({ origin })?.config ?? formatKayentaConfig(config),
    scoreThresholds: thresholds,
    metricSetPairList: pairs.map(formatKayentaPair),
  };
  return JSON.stringify(request, (_key, value: unknown) =>
    typeof value === 'number' && !Number.isFinite(value) ? String(value) : value,
  );
}

/** The `message` that Kayenta's kind of service gives with an error. */
function errorText(text: string): string {
  try {
    const { message } = JSON.parse(text) as { message?: unknown };
    return typeof message === 'string' ? `: ${message.slice(0, 500)}` : '';
  } catch {
    return '';
  }
}

function failed(host: string, what: string, details: Omit<FaultDetails, 'subject'>): Fault {
  const subject = `remote judge ${host}`;
  return new Fault('remote-judge-failed', `${subject} ${what}`, { subject, ...details });
}
