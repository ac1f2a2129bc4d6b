import type { ReceiveSamples, SentSample } from '../../analysis/push/receive-samples.ts';
import type { Handlers } from '../../http/operation.ts';
import type { components } from '../../openapi.d.ts';

type Schemas = components['schemas'];

export interface SampleParts {
  receiveSamples: ReceiveSamples;
}

/** Handler of values that are sent to an analysis, by operation id. */
export function sampleHandlers({ receiveSamples }: SampleParts): Handlers {
  return {
    async pushSamples({ parameters, body }) {
      const { samples } = body as Schemas['SamplesRequest'];
      const json = await receiveSamples(parameters['id'] as string, samples.map(parseSample));
      return { status: 200, json };
    },
  };
}

function parseSample({ time, labels, ...sample }: Schemas['Sample']): SentSample {
  return { ...sample, at: Date.parse(time), ...(labels === undefined ? {} : { labels }) };
}
