import { withFindings } from '../../src/findings/with-findings.ts';
import type { Answer } from '../../src/findings/exhibit.ts';
import { createJudges } from '../../src/judges/registry.ts';
import { parseConfig, parseExposure, parsePair } from '../../src/model/native-format.ts';
import type { components } from '../../src/openapi.d.ts';

type Schemas = components['schemas'];

/** What a page shows of a metric: its data by side, or by pair. */
export interface Example {
  metric: Partial<Schemas['MetricConfig']>;
  config?: Partial<Schemas['CanaryConfig']>;
  pairs: Omit<Schemas['SeriesPair'], 'metric'>[];
  /** Attributes of the sides: query texts. */
  attributes?: Record<string, string>;
  /** What the source says, where that matters. */
  answers?: Partial<Answer>;
}

/** The finding with that code, as a page prints it. */
export function explainExample(example: Example, code: string): string {
  const { metric, config: more, pairs: given, attributes = {}, answers } = example;
  const config = parseConfig({
    name: 'checkout',
    judge: 'NetflixACAJudge-v1.0',
    metrics: [{ name: 'errors', query: { source: 'inline' }, ...metric }],
    ...more,
  });
  const { name } = config.metrics[0]!;
  const pairs = given.map((pair, i) => {
    const parsed = parsePair({ step: '60s', ...pair, metric: name }, `pair-${i}`);
    const side = (one: typeof parsed.canary) => ({ ...one, attributes });
    return { ...parsed, baseline: side(parsed.baseline), canary: side(parsed.canary) };
  });
  const exposures = Object.fromEntries(
    given.flatMap((pair, i) => {
      const exposure = parseExposure({ ...pair, metric: name });
      return exposure === undefined ? [] : [[`pair-${i}`, exposure]];
    }),
  );
  const answer = { series: [], remarks: [], stepMs: 60_000, ...answers };
  const judgement = withFindings(
    createJudges().for(config).judge({ config, thresholds: config.thresholds, pairs, exposures }),
    {
      config,
      pairs,
      exposures,
      ...(answers === undefined
        ? {}
        : { answers: new Map([[name, { baseline: answer, canary: answer }]]) }),
    },
  );
  const found = judgement.findings?.find((finding) => finding.code === code);
  return found === undefined ? '' : `${found.action}: ${found.sentence}\n${found.remedy}\n`;
}
