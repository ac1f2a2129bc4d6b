// Slack and Teams: their limits, and that a name stays a name.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createRequire } from 'node:module';
import type * as Cards from 'adaptivecards';
import * as fc from 'fast-check';
import type { WebhookEvent } from '../../../src/model/event.ts';
import { slack } from '../../../src/webhooks/formats/slack.ts';
import { teams } from '../../../src/webhooks/formats/teams.ts';
import { failedEvent, hostileEvent } from './events.ts';

// the package's own entry leaves out the endings of what it imports
const cards = createRequire(import.meta.url)('adaptivecards/dist/adaptivecards.js') as typeof Cards;

const URL_OF_CHAT = 'https://hooks.slack.com/services/T0/B0/x';

interface PlainText {
  type: string;
  text: string;
  emoji: boolean;
}
interface Block {
  type: string;
  text?: PlainText;
  fields?: PlainText[];
  elements?: (PlainText & { url?: string; text: string | PlainText })[];
}
interface SlackMessage {
  text: string;
  mrkdwn: boolean;
  parse: string;
  link_names: boolean;
  blocks: Block[];
}

function slackOf(event: WebhookEvent): SlackMessage {
  return JSON.parse(slack.write(event, { url: URL_OF_CHAT })!.body) as SlackMessage;
}

/** All text objects of a message, with the most characters that each may have. */
function textsOf(blocks: Block[]): [PlainText, number][] {
  return blocks.flatMap(({ type, text, fields = [], elements = [] }): [PlainText, number][] => [
    ...(text === undefined ? [] : [[text, type === 'header' ? 150 : 3000] as [PlainText, number]]),
    ...fields.map((field): [PlainText, number] => [field, 2000]),
    ...elements.map((element): [PlainText, number] =>
      typeof element.text === 'string' ? [element, 3000] : [element.text, 75],
    ),
  ]);
}

test('a message for Slack says the verdict, both sides, the values, and where to read on', () => {
  const { text, blocks } = slackOf(failedEvent());
  assert.match(text, /^✖ Fail: checkout, checkout-v1\.42\. /);
  assert.deepEqual(
    blocks.map(({ type }) => type),
    ['header', 'section', 'section', 'section', 'actions'],
  );
  assert.deepEqual(
    blocks[2]!.fields!.map((field) => field.text),
    [
      'Decision\nroll back',
      'Score\n62 of 100',
      'Compared\ncheckout-v1.41 → checkout-v1.42 in eu-west',
      'Failing metrics\n2',
      'Window\n2026-03-03T14:02:00.000Z to 2026-03-03T14:32:00.000Z',
      'Owner\nteam payments',
    ],
  );
  const lines = blocks[3]!.text!.text.split('\n');
  assert.match(lines[0]!, /^cpu throttle: 1\.2\W%\W→\W3\.1\W%\W\(\+158\W%\)$/);
  assert.match(lines[1]!, /^latency p99 \/checkout: 412\Wms → 533\Wms \(\+29\W%\)$/);
  assert.deepEqual(
    blocks[4]!.elements!.map(({ url }) => url),
    [
      'https://canary.example/analyses/an_01JNCTR8W2Q5V6X7Y8Z9A0B1C2',
      'https://wiki.example/checkout',
    ],
  );
});

test('no name breaks a limit of Slack, is markup there, or calls anybody', () => {
  fc.assert(
    fc.property(hostileEvent, (event) => {
      const message = slackOf(event);
      const { blocks } = message;
      assert.ok(blocks.length > 0 && blocks.length <= 50);
      const texts = textsOf(blocks);
      for (const [text, max] of texts) {
        assert.equal(text.type, 'plain_text');
        assert.equal(text.emoji, false);
        assert.ok(text.text.length > 0 && text.text.length <= max, `${text.text.length} > ${max}`);
        assertEscaped(text.text);
      }
      const total = texts.reduce((sum, [{ text }]) => sum + text.length, 0);
      assert.ok(total <= 13_000, `${total} characters in all blocks`);
      for (const { fields, elements, type } of blocks) {
        assert.ok((fields ?? []).length <= 10);
        assert.ok((elements ?? []).length <= (type === 'actions' ? 25 : 10));
        for (const { url = '' } of elements ?? []) assert.ok(url.length <= 3000);
      }
      assert.deepEqual([message.mrkdwn, message.parse, message.link_names], [false, 'none', false]);
      assertEscaped(message.text);
      assert.doesNotMatch(message.text, /@(?!\u200b)/);
      assert.ok(message.text.length > 0 && message.text.length <= 3000);
    }),
  );
});

function assertEscaped(text: string): void {
  assert.doesNotMatch(text, /[<>]/);
  assert.doesNotMatch(text.replaceAll(/&(amp|lt|gt);/g, ''), /&/);
}

test('Slack: 404 and 403 are final, 410 is too, 429 and 5xx are not', () => {
  assert.deepEqual(
    [403, 404, 410, 429, 408, 500].map((status) => slack.readAnswer!(status, 'no_service', false)),
    ['final', 'final', 'final', undefined, undefined, undefined],
  );
});

interface Element {
  type: string;
  text?: string;
  inlines?: Element[];
}

function cardOf(event: WebhookEvent): {
  bytes: number;
  card: { body: Element[]; actions?: object[] };
} {
  const { body } = teams.write(event, { url: 'https://flow.example' })!;
  const { type, attachments } = JSON.parse(body);
  assert.equal(type, 'message');
  assert.deepEqual(
    attachments.map(({ contentType }: { contentType: string }) => contentType),
    ['application/vnd.microsoft.card.adaptive'],
  );
  return { bytes: Buffer.byteLength(body), card: attachments[0].content };
}

/** What the vendor's own reader says against a card of the version that it names. */
function complaintsOf(card: object): string[] {
  const context = new cards.SerializationContext(cards.Versions.v1_4);
  new cards.AdaptiveCard().parse(card, context);
  return Array.from({ length: context.eventCount }, (_, i) => context.getEventAt(i).message);
}

test('a card for Teams says the verdict, both sides, the values, and where to read on', () => {
  const { card } = cardOf(failedEvent());
  const image = card.body.find(({ type }: { type?: string }) => type === 'Image');
  assert.equal(
    (image as { url?: string } | undefined)?.url,
    'https://canary.example/analyses/an_01JNCTR8W2Q5V6X7Y8Z9A0B1C2.png',
  );
  const lines = card.body.map(({ inlines = [] }) => inlines.map(({ text }) => text).join(''));
  assert.equal(lines[0], '✖ Fail: checkout, checkout-v1.42');
  assert.ok(
    lines.includes('Compared: checkout-v1.41 → checkout-v1.42 in eu-west'),
    lines.join('\n'),
  );
  assert.ok(lines.some((line) => /^latency p99 \/checkout: 412\Wms → 533\Wms/.test(line)));
  assert.deepEqual(
    card.actions!.map((action) => (action as { url: string }).url),
    [
      'https://canary.example/analyses/an_01JNCTR8W2Q5V6X7Y8Z9A0B1C2',
      'https://wiki.example/checkout',
    ],
  );
  assert.deepEqual(complaintsOf(card), []);
});

test("the vendor's reader does find what is wrong with a card", () => {
  const wrong = { type: 'AdaptiveCard', version: '1.4', body: [{ type: 'TextRuns' }] };
  assert.equal(complaintsOf(wrong).length, 1);
});

test('no name makes a card too large, wrong, or more than text', () => {
  fc.assert(
    fc.property(hostileEvent, (event) => {
      const { bytes, card } = cardOf(event);
      assert.ok(bytes <= 28 * 1024, `${bytes} bytes`);
      for (const block of card.body) {
        if (block.type === 'Image') continue; // its text is read to people, not shown
        assert.equal(block.type, 'RichTextBlock'); // in any other text stands for Markdown
        for (const { type, text = '' } of block.inlines ?? []) {
          assert.equal(type, 'TextRun');
          assert.doesNotMatch(text, /\{\{|\$\{(?!\u200b)/);
        }
      }
      assert.deepEqual(complaintsOf(card), []);
    }),
  );
});
