import type { AnalysisRequest } from './snapshot.ts';
import { below, join, refusing, warning, type Checked } from './checked.ts';

type Scope = AnalysisRequest['baseline'];

/** What a deployer should have filled in before it asked: `{{ target }}`, `${parameters.tag}`. */
const UNFILLED = /\{\{[^{}]*\}\}|\$\{[^{}]*\}/;

/** A workload that is named by a placeholder has no series, and no data are no verdict. */
export function checkScopes({ baseline, canary, scopes = {} }: AnalysisRequest): Checked {
  const further = Object.entries(scopes).map(([name, pair]) =>
    below(`/scopes/${name}`, checkPair(pair.baseline, pair.canary)),
  );
  return join([checkPair(baseline, canary), ...further]);
}

function checkPair(baseline: Scope, canary: Scope): Checked {
  return join([below('/baseline', checkScope(baseline)), below('/canary', checkScope(canary))]);
}

function checkScope({ scope, location = '', parameters = {} }: Scope): Checked {
  const names = Object.entries({ scope, location }).map(([field, text]) =>
    checkText(`/${field}`, text, refusing),
  );
  const further = Object.entries(parameters).map(([name, text]) =>
    checkText(`/parameters/${name}`, text, warning),
  );
  return join([...names, ...further]);
}

function checkText(pointer: string, text: string, tell: typeof refusing): Checked {
  const unfilled = UNFILLED.exec(text)?.[0];
  if (unfilled === undefined) return join([]);
  const why = 'which whoever sent this should have filled in';
  return tell(pointer, `holds the placeholder "${unfilled}", ${why}`);
}
