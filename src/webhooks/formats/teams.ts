import { finalWhenRefused, type Format } from './format.ts';
import { cut } from './plain-text.ts';
import { wordsOf, type Tone, type Words } from './words.ts';

/** Teams takes 28 KB for the whole message; these keep it at less than half of that, in UTF-16 units. */
const MAX_TITLE = 200;
const MAX_TEXT = 900;
const MAX_LINE = 400;
const MAX_URL = 3000;

const COLORS: Record<Tone, string> = {
  pass: 'Good',
  marginal: 'Warning',
  fail: 'Attention',
  nodata: 'Warning',
  error: 'Attention',
  neutral: 'Default',
};

/**
 * An Adaptive Card for a flow of Teams Workflows. All that users have named stands in text runs, where nothing is
 * Markdown; a block of text would make links and lists of it.
 */
export const teams: Format = {
  contentType: 'application/json; charset=utf-8',
  write(event, { url }) {
    const content = cardOf(wordsOf(event));
    const attachment = { contentType: 'application/vnd.microsoft.card.adaptive', content };
    return { url, body: JSON.stringify({ type: 'message', attachments: [attachment] }) };
  },
  readAnswer: finalWhenRefused,
};

function cardOf(words: Words): object {
  const { title, tone, reason, facts, metrics, findings, report, picture, runbook } = words;
  const actions = [
    ...link('Report', report),
    ...(runbook === undefined ? [] : link('Runbook', runbook)),
  ];
  return {
    $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
    type: 'AdaptiveCard',
    version: '1.4',
    msteams: { width: 'Full' },
    body: [
      line([run(title, MAX_TITLE, { size: 'Large', weight: 'Bolder', color: COLORS[tone] })]),
      ...(reason === '' ? [] : [line([run(reason, MAX_TEXT)])]),
      ...facts.map(([name, text]) =>
        line([run(`${name}: `, MAX_LINE, { weight: 'Bolder' }), run(text, MAX_LINE)]),
      ),
      ...metrics.map((text) => line([run(text, MAX_LINE)])),
      ...findings.map((text) => line([run(text, MAX_LINE, { isSubtle: true })])),
      ...image(picture, reason),
    ],
    ...(actions.length === 0 ? {} : { actions }),
  };
}

function line(inlines: object[]): object {
  return { type: 'RichTextBlock', inlines };
}

/** A client that cannot fetch it shows the card without it. */
function image(url: string | undefined, reason: string): object[] {
  if (url === undefined || url.length > MAX_URL) return [];
  const altText = cut(reason, MAX_LINE, withoutFunctions);
  return [{ type: 'Image', url, altText, size: 'Stretch' }];
}

function run(text: string, max: number, style: object = {}): object {
  return { type: 'TextRun', text: cut(text, max, withoutFunctions), ...style };
}

function link(title: string, url: string): object[] {
  return url.length > MAX_URL ? [] : [{ type: 'Action.OpenUrl', title, url }];
}

/** `{{DATE(...)}}` and `${...}` are what cards compute. */
function withoutFunctions(text: string): string {
  return text.replaceAll('{', '{\u200b');
}
