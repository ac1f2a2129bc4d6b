import type { Manners } from '../asking/http-ask.ts';
import { isRecord, parseJson } from '../asking/read-json.ts';

const THROTTLED = /Throttl|RequestLimitExceeded|TooManyRequests/;

/** Which of its refusals pass, and what to do about the others: their kinds say more than their statuses. */
export const CLOUDWATCH_MANNERS: Manners = {
  readError: readWords,
  // it answers 400 when it is asked too often
  judge({ status, text }) {
    if (status >= 500) return undefined;
    const kind = kindOfError(text);
    if (THROTTLED.test(kind)) return { code: 'source-unavailable', retryable: true };
    const remedy = remedyOf(kind, text);
    return remedy === undefined ? undefined : { code: 'source-refused', retryable: false, remedy };
  },
  isStale: ({ status, text }) => status === 403 || STALE.test(kindOfError(text)),
  remedies: {
    403: '; check the keys and the region of the account, that they may cloudwatch:GetMetricData, and the clock of this machine',
  },
};

/** In its JSON form these have a 400, as a mistake in a query has. */
const STALE = /ExpiredToken|UnrecognizedClient|InvalidClientTokenId/;

function remedyOf(kind: string, text: string): string | undefined {
  if (/signature (?:expired|not yet current)|RequestExpired/i.test(`${kind} ${text}`)) {
    return '; set the clock of this machine: signatures are good for 5 minutes';
  }
  if (/SignatureDoesNotMatch|InvalidSignature/.test(kind)) {
    return "; check the account's secretAccessKey and its region";
  }
  if (/ExpiredToken/.test(kind)) return "; renew the account's sessionToken";
  if (STALE.test(kind)) return "; check the account's accessKeyId";
  if (!/AccessDenied|NotAuthorized/.test(kind)) return undefined;
  return "; check that the account's keys may cloudwatch:GetMetricData, and cloudwatch:ListMetrics for names";
}

function readWords(body: string): string | undefined {
  const answer = parseJson(body);
  if (!isRecord(answer)) return undefined;
  const message = answer['message'] ?? answer['Message'];
  const words = [kindOfError(body), message].filter(
    (part) => typeof part === 'string' && part !== '',
  );
  return words.length === 0 ? undefined : words.join(': ');
}

/** `com.amazon.coral.service#ValidationError` without its room. */
function kindOfError(body: string): string {
  const answer = parseJson(body);
  const type = isRecord(answer) ? answer['__type'] : undefined;
  return typeof type === 'string' ? type.replace(/^.*#/, '') : '';
}
