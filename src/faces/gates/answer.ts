import type { Answer } from '../../http/operation.ts';
import type { GateView } from './keeper.ts';

/** How an analysis stands, as JSON; `Retry-After` while it runs. */
export function gateAnswer(status: number, view: GateView): Answer {
  const { word: verdict, score, reason, report } = view;
  return { status, json: { verdict, score, reason, report }, headers: retryAfter(view) };
}

export function retryAfter({ word, retryAfterSeconds }: GateView): Record<string, string> {
  return word === 'running' ? { 'retry-after': String(retryAfterSeconds) } : {};
}
