import type { ImportedRun } from '../model/analysis.ts';
import { html, type Content, type SafeHtml } from './html.ts';
import { renderTime } from './timeline/interval-table.ts';
import type { ReportView } from './view.ts';

/** Where the verdict came from, exactly enough to find or repeat it. */
export function renderProvenance(view: ReportView): SafeHtml {
  const { analysis, executions, result, generatedAt, selfUrl } = view;
  const { snapshot, createdAt, startedAt, endedAt, concluded } = analysis;
  const facts: [string, Content][] = [
    ['Analysis', html`<code>${analysis.id}</code>`],
    ['Executions', renderExecutions(executions)],
    ['Judge', result?.judgement.judge ?? snapshot.config.judge],
    ['Config', configText(snapshot)],
    ['Imported', snapshot.imported && renderImported(snapshot.imported)],
    ['Labels', renderPairs(snapshot.labels)],
    ...Object.entries(snapshot.scopes).flatMap(([name, scopes]): [string, Content][] => [
      [`Parameters, baseline ${name}`, renderPairs(scopes.baseline.parameters)],
      [`Parameters, canary ${name}`, renderPairs(scopes.canary.parameters)],
    ]),
    ['Submitted', renderTime(createdAt)],
    ['Started', startedAt !== undefined && renderTime(startedAt)],
    ['Concluded', concluded && html`by ${concluded.by}, ${renderTime(concluded.at)}`],
    ['Ended', endedAt !== undefined && renderTime(endedAt)],
    ['Compare', view.valuesUrl !== undefined && renderCompare(analysis.id)],
    ['This page', html`<a href="${selfUrl}">${selfUrl}</a>, written ${renderTime(generatedAt)}`],
  ];
  return html`<section aria-labelledby="provenance-title">
    <h2 id="provenance-title">Provenance</h2>
    <dl class="facts">
      ${facts
        .filter(([, value]) => hasText(value))
        .map(
          ([term, value]) =>
            html`<div>
              <dt>${term}</dt>
              <dd>${value}</dd>
            </div> `,
        )}
    </dl>
  </section>`;
}

/** A bundle of another service, which this one has judged. */
function renderImported({ analysisId, version, sha256, by }: ImportedRun): SafeHtml {
  return html`by ${by}: analysis <code>${analysisId}</code> of a service of version ${version},
    bundle <code>${sha256.slice(0, 16)}</code>`;
}

/** Where a service serves the page: there are others to compare with. */
function renderCompare(id: string): SafeHtml {
  return html`<a href="/compare?right=${id}">with another analysis</a>`;
}

/** Of many the first and the last: the API lists them all. */
function renderExecutions(executions: ReportView['executions']): Content {
  const ids = executions.map(({ id }) => html`<code>${id}</code> `);
  if (ids.length <= 4) return ids;
  return [ids[0]!, `… ${ids.length - 2} more … `, ids.at(-1)!];
}

/** A stored config by its version, as it may have been replaced since. */
function configText({ configName, configVersion }: ReportView['analysis']['snapshot']): string {
  return configVersion === undefined ? configName : `${configName}, version ${configVersion}`;
}

function renderPairs(pairs: Record<string, string>): Content {
  return Object.entries(pairs).map(([name, value]) => html`<code>${name}=${value}</code> `);
}

function hasText(value: Content): boolean {
  return value !== false && !(Array.isArray(value) && value.length === 0);
}
