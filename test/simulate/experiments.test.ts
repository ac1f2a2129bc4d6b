import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { test } from 'node:test';
import { EXPERIMENTS } from '../../simulate/experiments.ts';

const SIMULATE = fileURLToPath(new URL('../../simulate/index.ts', import.meta.url));

interface Table {
  columns: number;
  rows: string[][];
}

/** Tables by their heading. */
function tablesOf(markdown: string): Map<string, Table> {
  const sections = markdown.split(/^### /m).slice(1);
  return new Map(
    sections.map((section) => {
      const lines = section.split('\n').filter((line) => line.startsWith('| '));
      const [header = [], , ...rows] = lines.map((line) => line.slice(2, -2).split(' | '));
      return [section.split('\n')[0]!, { columns: header.length, rows }];
    }),
  );
}

const ALARMS = ': a healthy canary is failed within 8 hours, in %';
const FOUND = ': a regression is found within 8 hours, in %, and after how many minutes';

test('a short simulation shows every table, and no cell of it is empty', async () => {
  const { stdout } = await promisify(execFile)(process.execPath, [SIMULATE, '--short']);
  const tables = tablesOf(stdout);
  const shape = (heading: string) => {
    const { columns, rows } = tables.get(heading)!;
    return [rows.length, columns];
  };
  assert.deepEqual(shape(`Noise models and tests${ALARMS}`), [9, 9]);
  assert.deepEqual(shape(`Noise models and tests${FOUND}`), [45, 9]);
  assert.deepEqual(shape(`Counts${ALARMS}`), [2, 9]);
  assert.deepEqual(shape(`Counts${FOUND}`), [10, 9]);
  assert.deepEqual(shape(`Winsorised differences${ALARMS}`), [1, 5]);
  assert.deepEqual(shape(`Winsorised differences${FOUND}`), [5, 5]);
  assert.deepEqual(
    shape('Planned and simulated time until a regression is found, in minutes'),
    [12, 10],
  );
  assert.equal(tables.size, 17);
  for (const [heading, { columns, rows }] of tables) {
    for (const row of rows) {
      assert.equal(row.length, columns, heading);
      for (const cell of row) assert.doesNotMatch(cell, /^\s*$|NaN|undefined|Infinity/, heading);
    }
  }
});

/** One experiment with few runs, in this process. */
function tableOf(title: string, effort: number, heading: string): string[][] {
  const { tasks, run, render } = EXPERIMENTS.find((one) => one.title === title)!;
  const all = tasks(effort);
  const { rows } = tablesOf(render(all, all.map(run))).get(heading)!;
  return rows;
}

test('the planning formula finds what it was published to find', () => {
  const heading = 'Planned and simulated time until a regression is found, in minutes';
  const rows = tableOf('Planning', 0.05, heading);
  const formula = rows.map((row) => [Number(row[2]), Number(row[5])]);
  assert.deepEqual(formula.slice(0, 4), [
    [140, 88],
    [177, 118],
    [37, 23],
    [47, 31],
  ]);
  assert.deepEqual(formula.at(-1), [918, 606]);
  // the formula knows of no offset between runs; the judge's plan does
  const [planned, simulated] = [8, 9].map((column) => Number.parseFloat(rows[0]![column]!));
  const ratio = planned! / simulated!;
  assert.ok(ratio > 0.5 && ratio < 2, `${planned} against ${simulated}`);
});

test('counting noise alone fails bursts of errors, the count models do not', () => {
  const { tasks, run } = EXPERIMENTS.find(({ title }) => title === 'Counts')!;
  const bursts = tasks(0.2).filter((task) => {
    const { world, shift } = task as { world: number; shift: number };
    return world === 1 && shift === 0;
  });
  const runs = bursts.flatMap((task) => run(task) as (number | null)[][][]);
  const alarms = (method: number) => runs.filter((times) => times[method]![0] !== null).length;
  assert.equal(runs.length, 20);
  assert.ok(alarms(2) >= 4, `poisson ${alarms(2)}`);
  for (const method of [0, 1, 3]) assert.ok(alarms(method) <= 3, `${method}: ${alarms(method)}`);
});
