import { execFileSync, spawnSync } from 'node:child_process';
import { parseAllDocuments } from 'yaml';

const go = spawnSync('go', ['version'], { encoding: 'utf8' });

/** A value for `skip`: false where charts can be rendered, else what to do. */
export const GO_MISSING =
  go.status === 0 ? false : 'needs Go 1.18 or newer: apt-get install golang-go';

export interface Resource {
  apiVersion: string;
  kind: string;
  metadata: { name: string; labels: Record<string, string> };
  spec: unknown;
  data?: Record<string, string>;
}

interface Rendered {
  files?: Record<string, string>;
  refused?: string;
}

/** What a chart makes of each of these values, by Go's own templates: see test/support/chart/main.go. */
export function renderChart(chart: URL, values: readonly object[]) {
  const said = execFileSync('go', ['run', '.'], {
    cwd: new URL('chart', import.meta.url),
    input: JSON.stringify({ chart: chart.pathname, values }),
    encoding: 'utf8',
    maxBuffer: 1e8,
  });
  return (JSON.parse(said) as Rendered[]).map(({ files = {}, refused }) => {
    const { 'NOTES.txt': notes = '', ...templates } = files;
    const documents = Object.values(templates).flatMap((text) => parseAllDocuments(text));
    const resources = documents.map((document) => {
      if (document.errors[0] !== undefined) throw document.errors[0];
      return document.toJS() as Resource | null;
    });
    return { resources: resources.filter((one) => one !== null), notes, refused };
  });
}
