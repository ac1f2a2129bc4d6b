import type { WebhookEvent } from '../../model/event.ts';
import type { StatusTarget } from '../../model/receiver/status-target.ts';

/** Where an event goes: what a status is set on stands in the target, its labels resolved. */
export interface Destination {
  url: string;
  target?: StatusTarget & { context: string };
}

/** The exact bytes, and where they go. */
export interface Message {
  url: string;
  body: string;
}

/** What an answer other than 2xx means beside the rules that hold for all: `delivered` after all, or `final`. */
export type Reading = 'delivered' | 'final' | undefined;

/** One way to tell of an event. Pure: the same event gives the same bytes. */
export interface Format {
  contentType: string;
  /** Undefined where the format has no word for such an event. */
  write(event: WebhookEvent, to: Destination): Message | undefined;
  /** Headers beside those of all; `token` is there where the format takes one. */
  headers?(token: string | undefined): Record<string, string>;
  readAnswer?(status: number, text: string, retriesLater: boolean): Reading;
}

/**
 * Of services that say no for good: a 4xx will be one again, but for 408, 429, and what says itself when to come back
 * (GitHub answers 403 to who calls too often).
 */
export function finalWhenRefused(status: number, _text: string, retriesLater: boolean): Reading {
  const isPassing = status === 408 || status === 429 || retriesLater;
  return status >= 400 && status < 500 && !isPassing ? 'final' : undefined;
}
