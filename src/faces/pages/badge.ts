import type { Read } from '../../analysis/read.ts';
import type { RunsOfConfig } from '../../analysis/runs-of-config.ts';
import { Fault } from '../../errors.ts';
import type { Answer, Handlers } from '../../http/operation.ts';
import { renderBadge } from '../../report/badge.ts';

export interface BadgeParts {
  read: Read;
  runsOfConfig: RunsOfConfig;
}

/** Of these the newest that has ended is the verdict of a config. */
const LOOKED_AT = 10;

/** Verdicts as small pictures, for READMEs and dashboards. */
export function badgeHandlers({ read, runsOfConfig }: BadgeParts): Handlers {
  return {
    async getAnalysisBadge({ parameters }) {
      const { analysis } = await read.detail(parameters['id'] as string);
      return badge(renderBadge(analysis));
    },
    async getConfigBadge({ parameters }) {
      const config = parameters['config'] as string;
      const runs = await runsOfConfig(config, LOOKED_AT);
      if (runs.length === 0)
        throw new Fault('not-found', `there is no analysis of a config "${config}"`);
      const ended = runs.find(({ analysis }) => analysis.endedAt !== undefined) ?? runs[0];
      return badge(renderBadge(ended!.analysis));
    },
  };
}

function badge(content: string): Answer {
  return {
    status: 200,
    text: { type: 'image/svg+xml', content },
    headers: {
      'content-security-policy': "default-src 'none'; sandbox",
      // pictures of READMEs are kept by whoever serves them, unless they are told not to
      'cache-control': 'no-cache, max-age=0',
    },
  };
}
