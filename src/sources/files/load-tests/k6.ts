import { Fault } from '../../../errors.ts';
import { cellsOf, eachRow } from '../csv-rows.ts';
import type { TextFile } from '../text-file.ts';
import { timeReader } from '../time-text.ts';
import type { LoadTest } from './load-test.ts';
import { createRequestSteps } from './request-steps.ts';

// k6 writes a line for each sample of each metric: one request is a line of its duration and one of whether it failed.

const DURATION = 'http_req_duration';
const FAILED = 'http_req_failed';

export function isK6Csv([header = '']: readonly string[]): boolean {
  return cellsOf(header, ',').slice(0, 3).join() === 'metric_name,timestamp,metric_value';
}

/** What `k6 run --out csv=FILE` writes. */
export async function readK6Csv(file: TextFile): Promise<LoadTest> {
  const samples = collectSamples();
  let isHeader = true;
  await eachRow(file, ',', (row, line) => {
    if (!isHeader) samples.add(row[0]!, row[1] ?? '', Number(row[2] || NaN), line);
    isHeader = false;
  });
  return samples.finish();
}

export function isK6Json([line = '']: readonly string[]): boolean {
  return /^\{"(?:type":"(?:Metric|Point)"|metric":"[^"]*","type":"(?:Metric|Point)")/.test(
    line.slice(0, 300).replaceAll(' ', ''),
  );
}

/** What `k6 run --out json=FILE` writes. */
export async function readK6Json(file: TextFile): Promise<LoadTest> {
  const samples = collectSamples();
  await file.eachLine((text, line) => {
    // most lines are of other metrics, and reading each of them would take most of the time
    if (text === '' || (!text.includes(DURATION) && !text.includes(FAILED))) {
      const [, name] = /"metric":"([^"]*)"/.exec(text) ?? [];
      if (name !== undefined) samples.see(name);
      return;
    }
    const { type, metric, data } = parseLine(text, line);
    if (type === 'Point') samples.add(metric, data.time, Number(data.value), line);
  });
  return samples.finish();
}

interface K6Line {
  type: string;
  metric: string;
  data: { time: string; value: unknown };
}

function parseLine(text: string, line: number): K6Line {
  try {
    const { type, metric, data } = JSON.parse(text) as Partial<K6Line>;
    return {
      type: type ?? '',
      metric: metric ?? '',
      data: { time: data?.time ?? '', value: data?.value },
    };
  } catch (cause) {
    throw new Fault(
      'invalid-request',
      `line ${line} is no JSON; was the file cut off? delete the line`,
      { cause },
    );
  }
}

function collectSamples() {
  const steps = createRequestSteps();
  const readTime = timeReader(0);
  const others = new Set<string>();
  let hasDuration = false;
  return {
    see: (metric: string) => others.size < 20 && others.add(metric),
    add(metric: string, time: string, value: number, line: number): void {
      if (metric !== DURATION && metric !== FAILED) {
        others.add(metric);
        return;
      }
      const at = readTime(time);
      if (at === undefined || Number.isNaN(value)) {
        throw new Fault(
          'invalid-request',
          `line ${line} has the time "${time}" and no number for ${metric}; was the file cut off?`,
        );
      }
      if (metric === FAILED) {
        if (value !== 0) steps.addError(at, line);
        return;
      }
      hasDuration = true;
      steps.add(at, value, false, line);
    },
    finish(): LoadTest {
      if (!hasDuration) {
        const seen = [...others].slice(0, 8).join(', ') || 'nothing';
        throw new Fault(
          'invalid-request',
          `has no ${DURATION}: only tests over HTTP can be compared, and the file has ${seen}`,
        );
      }
      return steps.finish({ what: 'k6' });
    },
  };
}
