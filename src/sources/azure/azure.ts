import { Fault } from '../../errors.ts';
import type { Probe } from '../asking/account-questions.ts';
import type { Manners } from '../asking/http-ask.ts';
import { createHttpSource, type HttpAccount } from '../asking/http-source.ts';
import { isRecord, parseJson } from '../asking/read-json.ts';
import { DEFAULT_LIMITS } from '../grid/limits.ts';
import type { CreateSource } from '../kinds.ts';
import { planLogs, printQuestion, tablesQuestion } from './logs.ts';
import { oneMinuteQuestion, planMetrics } from './metrics.ts';

/** Azure Monitor: metrics of resources, and logs by KQL; an account is for one of the two, by its url. */
export const createAzureSource: CreateSource = (account, dependencies) => {
  const maxSeries = account.maxSeries ?? DEFAULT_LIMITS.maxSeries;
  const workspace = account.options?.['workspace'];
  return createHttpSource(account, dependencies, {
    kind: 'azure',
    manners: MANNERS,
    plan: (request) =>
      request.query['kql'] === undefined
        ? planMetrics(request, maxSeries)
        : planLogs(request, typeof workspace === 'string' ? workspace : undefined),
    probe: (now) => probeOf(account, now),
    ...(typeof workspace === 'string' && { names: { question: () => tablesQuestion(workspace) } }),
  });
};

/** Both APIs answer nothing that is not about a workspace or a resource, so the account must name one. */
function probeOf({ name, options = {} }: HttpAccount, now: number): Probe {
  const { workspace, resource, metric } = options;
  if (typeof workspace === 'string') return printQuestion(workspace);
  if (typeof resource === 'string' && typeof metric === 'string') {
    return oneMinuteQuestion(resource, metric, now);
  }
  const subject = `source "${name}"`;
  const text = `${subject} was not asked, as Azure answers nothing without a resource: name one that the account reads, as options: {resource: /subscriptions/..., metric: Requests}, or {workspace: ...} for logs`;
  throw new Fault('bad-configuration', text, { subject });
}

const MANNERS: Manners = {
  readError,
  remedies: {
    401: "; check the account's credentials, and that their scope is that of its url",
    403: '; check that the application has the role Monitoring Reader (Log Analytics Reader for logs)',
  },
};

function readError(body: string): string | undefined {
  const answer = parseJson(body);
  const error = isRecord(answer) ? answer['error'] : undefined;
  const { message, innererror: inner } = isRecord(error) ? error : {};
  const words = [message, isRecord(inner) ? inner['message'] : undefined].filter(
    (one) => typeof one === 'string',
  );
  if (words.length > 0) return words.join('; ');
  const plain = isRecord(answer) ? answer['message'] : undefined;
  return typeof plain === 'string' ? plain : undefined;
}
