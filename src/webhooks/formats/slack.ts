import { finalWhenRefused, type Format } from './format.ts';
import { cut } from './plain-text.ts';
import { wordsOf, type Words } from './words.ts';

/** As Slack documents them for blocks of a message, in characters. */
const MAX_HEADER = 150;
const MAX_SECTION = 3000;
const MAX_FIELDS = 10;
const MAX_ELEMENTS = 10;
const MAX_URL = 3000;
/** Less than the 2,000 and 3,000 that they may have: about 13,000 in all blocks of a message are refused. */
const MAX_FIELD = 500;
const MAX_CONTEXT = 300;
const MAX_FALLBACK = 3000;

/**
 * A message for an incoming webhook. All that users have named stands in `plain_text`, where nothing is markup; the
 * fallback of notifications has no such type, so markup is off there and `@` cannot call anybody.
 */
export const slack: Format = {
  contentType: 'application/json; charset=utf-8',
  write(event, { url }) {
    const words = wordsOf(event);
    const message = {
      text: fallbackOf(words),
      mrkdwn: false,
      parse: 'none',
      link_names: false,
      unfurl_links: false,
      unfurl_media: false,
      blocks: blocksOf(words),
    };
    return { url, body: JSON.stringify(message) };
  },
  readAnswer: finalWhenRefused,
};

function blocksOf({ title, reason, facts, metrics, findings, report, runbook }: Words): object[] {
  const fields = facts
    .slice(0, MAX_FIELDS)
    .map(([name, text]) => plain(`${name}\n${text}`, MAX_FIELD));
  const context = findings.slice(0, MAX_ELEMENTS).map((text) => plain(text, MAX_CONTEXT));
  const links = [
    ...button('Report', report),
    ...(runbook === undefined ? [] : button('Runbook', runbook)),
  ];
  return [
    { type: 'header', text: plain(title, MAX_HEADER) },
    ...(reason === '' ? [] : [{ type: 'section', text: plain(reason, MAX_SECTION) }]),
    ...(fields.length === 0 ? [] : [{ type: 'section', fields }]),
    ...(metrics.length === 0
      ? []
      : [{ type: 'section', text: plain(metrics.join('\n'), MAX_SECTION) }]),
    ...(context.length === 0 ? [] : [{ type: 'context', elements: context }]),
    ...(links.length === 0 ? [] : [{ type: 'actions', elements: links }]),
  ];
}

function plain(text: string, max: number): object {
  return { type: 'plain_text', text: cut(text, max, escape), emoji: false };
}

function button(text: string, url: string): object[] {
  if (url.length > MAX_URL) return [];
  return [{ type: 'button', text: plain(text, 75), url, action_id: text.toLowerCase() }];
}

function fallbackOf({ title, reason }: Words): string {
  // a zero-width space after it: nobody of that name is called
  return cut(`${title}. ${reason}`, MAX_FALLBACK, (text) =>
    escape(text).replaceAll('@', '@\u200b'),
  );
}

/** The three that Slack reads as the begin of something. */
function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
