import * as fc from 'fast-check';
import {
  createEvent,
  linksOf,
  type EventInput,
  type WebhookEvent,
} from '../../../src/model/event.ts';
import {
  END,
  SAMPLE_METRICS,
  sampleAnalysis,
  sampleExecution,
  sampleJudgement,
  unjudgedAnalysis,
} from '../../support/analysis-sample.ts';

const ID = sampleAnalysis().id;
export const SHA = '3f2a9c1d5e7b8a90c1d2e3f4a5b6c7d8e9f0a1b2';

/** A canary that failed, with a runbook and an owner. */
export function failedEvent(changes: Partial<EventInput> = {}): WebhookEvent {
  const analysis = sampleAnalysis();
  const { snapshot } = analysis;
  const config = {
    ...snapshot.config,
    runbook: 'https://wiki.example/checkout',
    owner: 'team payments',
  };
  return createEvent({
    type: 'analysis.completed',
    analysis: { ...analysis, snapshot: { ...snapshot, config } },
    execution: sampleExecution(),
    judgement: sampleJudgement(),
    sequence: 3,
    links: linksOf('https://canary.example', ID),
    at: END + 4000,
    ...changes,
  });
}

export function startedEvent(): WebhookEvent {
  return failedEvent({ type: 'analysis.started', analysis: unjudgedAnalysis('queued') });
}

/** What chats, services and cards read as more than text. */
const ACTING = [
  '<!channel>',
  '<@U024BE7LH>',
  '<https://evil.example|report>',
  '&lt;!here&gt;',
  '&',
  '*bold* _it_ ~no~',
  '`code` ```block```',
  '@channel @here',
  '[report](https://evil.example)',
  '# head\n- item',
  '{{DATE(2026-01-01T00:00:00Z, SHORT)}}',
  '${evil}',
  '":smile:"',
  '\\',
  '\u0000\u0007\u001b[31m',
  '\u202etxt.exe',
  '\u2028',
  '\ud800',
  '😀',
  '漢字',
  'a'.repeat(40),
];

export const hostileText: fc.Arbitrary<string> = fc
  .array(fc.oneof(fc.constantFrom(...ACTING), fc.string({ maxLength: 20 })), { maxLength: 6 })
  .chain((parts) => fc.integer({ min: 1, max: 60 }).map((times) => parts.join(' ').repeat(times)));

/** Events in which everything that a user may name is hostile. */
export const hostileEvent: fc.Arbitrary<WebhookEvent> = fc
  .record({
    name: hostileText,
    text: hostileText,
    count: fc.integer({ min: 0, max: 12 }),
    type: fc.constantFrom<EventInput['type']>(
      'analysis.started',
      'analysis.interval_completed',
      'analysis.completed',
    ),
    verdict: fc.constantFrom('pass', 'marginal', 'fail', 'undecided', 'nodata', undefined),
  })
  .map(({ name, text, count, type, verdict }) => {
    const base =
      verdict === undefined
        ? unjudgedAnalysis('running')
        : sampleAnalysis({ verdict, reason: text });
    const { snapshot } = base;
    const pair = snapshot.scopes['default']!;
    const metric = { ...SAMPLE_METRICS[2]!, name: `${name}${text}`, unit: text, group: name };
    const finding = {
      code: 'silent-side' as const,
      action: 'hold' as const,
      metric: name,
      numbers: {},
      sentence: text,
      remedy: text,
    };
    return failedEvent({
      type,
      analysis: {
        ...base,
        snapshot: {
          ...snapshot,
          configName: name,
          labels: { env: text, [name]: text },
          scopes: {
            default: {
              baseline: { ...pair.baseline, scope: text, location: name },
              canary: { ...pair.canary, scope: name, location: text },
            },
          },
          config: { ...snapshot.config, owner: text, runbook: 'https://wiki.example/checkout' },
        },
      },
      execution: sampleExecution({ reason: text }),
      judgement: {
        ...sampleJudgement(Array.from({ length: count }, () => metric)),
        remedy: text,
        findings: Array.from({ length: count }, () => finding),
      },
    });
  });
