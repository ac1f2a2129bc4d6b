import { Fault } from '../../../errors.ts';

/** What of the query language a deployer needs here: one name, and labels that are equal to something. */
export interface Selector {
  name: string;
  labels: Readonly<Record<string, string>>;
}

const NAME = '[a-zA-Z_][a-zA-Z0-9_]*';
const TEXT = String.raw`"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'`;
const SELECTOR = new RegExp(String.raw`^\s*(${NAME})\s*(?:\{([^]*)\})?\s*$`);
const LABEL = new RegExp(String.raw`\s*(${NAME})\s*=\s*(${TEXT})\s*(?:,|$)`, 'y');
const ESCAPES: Readonly<Record<string, string>> = { n: '\n', t: '\t' };

/** Refuses whatever is more than a plain selector. */
export function parseSelector(query: string): Selector {
  const [, name, inside = ''] = SELECTOR.exec(query) ?? [];
  if (name === undefined) throw unknownQuery(query);
  const labels: Record<string, string> = {};
  let end = 0;
  LABEL.lastIndex = 0;
  for (let found = LABEL.exec(inside); found !== null; found = LABEL.exec(inside)) {
    const [whole, label = '', quoted = ''] = found;
    labels[label] = unquoted(quoted);
    end = found.index + whole.length;
    LABEL.lastIndex = end;
    if (end === inside.length) break;
  }
  if (inside.slice(end).trim() !== '') throw unknownQuery(query);
  return { name, labels };
}

export function unknownQuery(query: string): Fault {
  const known =
    'canary_verdict{key="..."}, canary_score{key="..."}, canary_metric_change{key="...", metric="..."} and vector(1)';
  return new Fault(
    'invalid-query',
    `this gate does not know the query ${JSON.stringify(query.slice(0, 200))}: it answers ${known}, each label by "=" alone`,
  );
}

function unquoted(text: string): string {
  return text.slice(1, -1).replaceAll(/\\(.)/g, (_whole, next: string) => ESCAPES[next] ?? next);
}
