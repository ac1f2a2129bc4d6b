/** What a page in the text format of Prometheus says of one name. */
export interface Figure {
  name: string;
  type: string;
  /** Of all its series, sorted. */
  labels: string[];
  /** By its labels as `name=value`, sorted; of a histogram its `count` and `sum`. */
  values: Map<string, number>;
}

const TYPE = /^# TYPE (\w+) (\w+)$/;
const SAMPLE = /^(\w+?)(?:\{(.*)\})? (\S+)$/;
const LABEL = /(\w+)="((?:[^"\\]|\\.)*)"/g;

export function readFigures(page: string): Map<string, Figure> {
  const figures = new Map<string, Figure>();
  let last: Figure | undefined;
  for (const line of page.split('\n')) {
    const [, name, type] = TYPE.exec(line) ?? [];
    if (name !== undefined && type !== undefined) {
      last = { name, type, labels: [], values: new Map() };
      figures.set(name, last);
    }
    const [, sample, written = '', value] = line.startsWith('#') ? [] : (SAMPLE.exec(line) ?? []);
    if (sample === undefined || !sample.startsWith(last?.name ?? ' ')) continue;
    const labels = [...written.matchAll(LABEL)].map(([, key = '', text = '']) => [key, text]);
    last!.labels = [...new Set([...last!.labels, ...labels.map(([key]) => key!)])].toSorted();
    const key = [sample.slice(last!.name.length + 1), ...labels.map((pair) => pair.join('='))];
    last!.values.set(key.filter((part) => part !== '').join(','), Number(value));
  }
  return figures;
}
