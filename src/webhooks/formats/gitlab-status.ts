import type { EventData } from '../../model/event/event-data.ts';
import { finalWhenRefused, type Format } from './format.ts';
import { contextOf, descriptionOf } from './github-status.ts';
import { cut, oneLine } from './plain-text.ts';

/** As GitLab has them, in characters; a longer address it refuses, so that there is none then. */
const MAX_TEXT = 255;

/** The status of a commit on GitLab, as an external job of its pipeline. */
export const gitlabStatus: Format = {
  contentType: 'application/json; charset=utf-8',
  write(event, { url, target }) {
    if (target === undefined) return undefined;
    const { repository, sha = '', ref, pipeline } = target;
    const { report } = event.data.links;
    const isTest = event.type === 'subscription.test';
    const body = {
      state: isTest ? 'success' : stateOf(event.data),
      name: contextOf(target, isTest, MAX_TEXT),
      description: descriptionOf(event, MAX_TEXT),
      ...(report.length > MAX_TEXT ? {} : { target_url: report }),
      ...(ref === undefined ? {} : { ref: cut(oneLine(ref), MAX_TEXT) }),
      ...(pipeline === undefined ? {} : { pipeline_id: Number(pipeline) }),
    };
    const base = url.replace(/\/$/, '');
    const path = `projects/${encodeURIComponent(repository)}/statuses/${encodeURIComponent(sha)}`;
    return { url: `${base}/${path}`, body: JSON.stringify(body) };
  },
  headers: (token = '') => ({ 'private-token': token }),
  readAnswer(status, text, retriesLater) {
    // it refuses to set the state that a status has already
    if (status === 400 && /Cannot transition status/i.test(text)) return 'delivered';
    return finalWhenRefused(status, text, retriesLater);
  },
};

/** There is no state for what is neither good nor bad: what is not good fails. */
function stateOf({ state, verdict }: EventData): string {
  if (verdict !== null && state === 'completed') return verdict === 'pass' ? 'success' : 'failed';
  if (state === 'queued' || state === 'running') return 'running';
  return state === 'cancelled' ? 'canceled' : 'failed';
}
