import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { installedServer } from './installed-server.ts';

const renderer = installedServer('chart', 'chart-1');

/** A value for `skip`: false where charts can be rendered, else what to do. */
export const RENDERER_MISSING = renderer.skip;

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
  const said = execFileSync(join(renderer.place, 'render'), {
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
