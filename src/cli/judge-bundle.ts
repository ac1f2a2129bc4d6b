import { judgeKept } from '../analysis/judging/judge-kept.ts';
import { openBundle, type Bundle } from '../model/bundle.ts';
import { encodeDocument } from '../model/document.ts';
import type { Judgement } from '../model/judgement/judgement.ts';
import { renderText } from '../report/text.ts';
import { readVersion } from '../version.ts';
import { readBundleFile } from './analyses/bundle.ts';
import { VERDICT_CODES } from './exit-codes.ts';
import { overrideThresholds } from './judge-files.ts';
import { judgedOutcome } from '../report/markdown/outcome.ts';
import { publish, publishFault, type Output } from './output/publish.ts';
import { hasColour, note, widthOf } from './terminal.ts';

export interface JudgeBundleOptions {
  bundle: string;
  judge?: string | undefined;
  pass?: string | undefined;
  marginal?: string | undefined;
  outputs: readonly Output[];
}

/** Judges a run that "canary bundle export" has saved; as it was judged, it is the same to the last digit. */
export async function judgeBundle(options: JudgeBundleOptions): Promise<number> {
  try {
    const bundle = openBundle(await readBundleFile(options.bundle), options.bundle);
    const judgement = judge(bundle, options);
    const outcome = judgedOutcome(bundle.configName, judgement);
    const text = renderText(outcome, { colour: hasColour(), width: widthOf(process.stdout) });
    await publish(options.outputs, { outcome, text, json: judgement });
    return VERDICT_CODES[judgement.verdict];
  } catch (thrown) {
    await publishFault(options.outputs, { subject: options.bundle, thrown });
    throw thrown;
  }
}

function judge(bundle: Bundle, options: JudgeBundleOptions): Judgement {
  const { run } = bundle;
  const { judge: name, pass, marginal } = options;
  if ([name, pass, marginal].some((given) => given !== undefined)) {
    const config = { ...run.config, judge: name ?? run.config.judge };
    return judgeKept({
      run,
      instead: { config, thresholds: overrideThresholds(run.thresholds, options) },
    });
  }
  const judgement = judgeKept({ run });
  if (encodeDocument(judgement) !== encodeDocument(bundle.judgement)) {
    const { verdict, score } = bundle.judgement;
    note(
      `canary: version ${bundle.version} had said ${verdict}, score ${score}; version ${readVersion()} does not say exactly the same`,
    );
  }
  return judgement;
}
