import type { WebhookEvent } from '../../model/event.ts';
import type { EventData } from '../../model/event/event-data.ts';
import { finalWhenRefused, type Destination, type Format, type Message } from './format.ts';
import { cut, oneLine } from './plain-text.ts';
import { headOf, reasonOf } from './words.ts';

/** As GitHub documents it, in characters. */
const MAX_DESCRIPTION = 140;
const MAX_CONTEXT = 255;
const API_VERSION = '2022-11-28';

/**
 * The status of a commit, or of a deployment where the target names one. What is not certain to be good blocks: a
 * required check must not pass by `marginal`, `undecided` or `nodata`.
 */
export const githubStatus: Format = {
  contentType: 'application/json; charset=utf-8',
  write(event, to) {
    if (to.target === undefined) return undefined;
    return to.target.deployment === undefined
      ? commitStatus(event, to.url, to.target)
      : deploymentStatus(event, to.url, to.target);
  },
  headers: (token = '') => ({
    authorization: `Bearer ${token}`,
    accept: 'application/vnd.github+json',
    'x-github-api-version': API_VERSION,
  }),
  readAnswer: finalWhenRefused,
};

type Target = NonNullable<Destination['target']>;

function commitStatus(event: WebhookEvent, base: string, target: Target): Message {
  const isTest = event.type === 'subscription.test';
  const body = {
    state: isTest ? 'success' : commitState(event.data),
    target_url: event.data.links.report,
    description: descriptionOf(event, MAX_DESCRIPTION),
    context: contextOf(target, isTest, MAX_CONTEXT),
  };
  return post(base, target, `statuses/${encodeURIComponent(target.sha ?? '')}`, body);
}

function deploymentStatus(event: WebhookEvent, base: string, target: Target): Message {
  const body = {
    state: deploymentState(event.data),
    log_url: event.data.links.report,
    description: descriptionOf(event, MAX_DESCRIPTION),
    auto_inactive: false,
  };
  return post(
    base,
    target,
    `deployments/${encodeURIComponent(target.deployment ?? '')}/statuses`,
    body,
  );
}

function post(base: string, { repository }: Target, path: string, body: object): Message {
  const repo = repository.split('/').map(encodeURIComponent).join('/');
  const url = `${base.replace(/\/$/, '')}/repos/${repo}/${path}`;
  return { url, body: JSON.stringify(body) };
}

function commitState({ state, verdict }: EventData): string {
  if (verdict === 'pass') return 'success';
  if (verdict === 'fail' || verdict === 'marginal') return 'failure';
  return state === 'queued' || state === 'running' ? 'pending' : 'error';
}

/** A test sets one that says nothing of success: a deployment has no other place for it. */
function deploymentState(data: EventData): string {
  const state = commitState(data);
  return state === 'pending' || data.config === 'test' ? 'in_progress' : state;
}

/** Verdict, score and reason on one line. */
export function descriptionOf({ type, data }: WebhookEvent, max: number): string {
  const reason = reasonOf(data);
  return cut(oneLine([headOf(type, data), reason ?? ''].filter(Boolean).join(': ')), max);
}

/** A test has a context of its own, so that it takes the place of no verdict. */
export function contextOf({ context }: Target, isTest: boolean, max: number): string {
  return cut(oneLine(isTest ? `test of ${context}` : context), max);
}
