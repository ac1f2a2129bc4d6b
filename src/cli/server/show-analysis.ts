import type { Failure } from '../../errors.ts';
import type { Judgement } from '../../model/judgement/judgement.ts';
import type { components } from '../../openapi.d.ts';
import { renderText } from '../../report/text.ts';
import { NO_VERDICT, VERDICT_CODES } from '../exit-codes.ts';
import type { Outcome } from '../../report/markdown/outcome.ts';
import { publish, type Output } from '../output/publish.ts';
import { hasColour, widthOf } from '../terminal.ts';

type Analysis = components['schemas']['Analysis'];

/** Shows an analysis as it stands; without a verdict, whatever the reason, the exit code is 3. */
export async function showAnalysis(
  analysis: Analysis,
  { server, outputs }: { server: string; outputs: readonly Output[] },
): Promise<number> {
  const outcome = outcomeOf(analysis, server);
  const text = renderText(outcome, { colour: hasColour(), width: widthOf(process.stdout) });
  await publish(outputs, { outcome, text, json: analysis });
  return analysis.verdict === undefined ? NO_VERDICT : VERDICT_CODES[analysis.verdict];
}

/** What every format needs of the API's answer. */
export function outcomeOf(analysis: Analysis, server: string): Outcome {
  const { judgement, failure, ...common } = analysis;
  return {
    ...common,
    subject: analysis.config,
    ...(failure === undefined ? {} : { failure: failure as Failure }),
    ...(judgement === undefined ? {} : { judgement: withNumbers(judgement) }),
    reportUrl: reportUrl(analysis, server),
  };
}

/** Links may be paths, as the server need not know the address it is called by. */
export function reportUrl({ links }: Pick<Analysis, 'links'>, server: string): string {
  return links.report.startsWith('/') ? server + links.report : links.report;
}

/** On the wire a number that cannot be given is null, in the model NaN. */
export function withNumbers(wire: components['schemas']['Judgement']): Judgement {
  return JSON.parse(JSON.stringify(wire), (_key, value: unknown) =>
    value === null ? Number.NaN : value,
  ) as Judgement;
}
