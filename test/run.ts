// Runs every test file with Node's own runner and ends with its counts. `npm test -- NAME` narrows it.
import { globSync } from 'node:fs';
import { run } from 'node:test';
import { spec } from 'node:test/reporters';
import { IS_LONG_FORM } from './support/long-form.ts';

const wanted = process.argv.slice(2);
const files = globSync('test/**/*.test.ts')
  .filter((file) => wanted.length === 0 || wanted.some((part) => file.includes(part)))
  .sort();
if (files.length === 0) {
  process.stderr.write(`no test file matches ${wanted.join(' ')}\n`);
  process.exit(1);
}

run({
  files,
  concurrency: 2,
  timeout: IS_LONG_FORM ? 3_600_000 : 900_000,
  // a test that was cut off leaves its servers open, and their process would wait for them for ever
  execArgv: ['--test-force-exit', '--import', './test/support/property-seed.ts'],
})
  .on('test:fail', (event) => {
    if (event.todo === undefined || event.todo === false) process.exitCode = 1;
  })
  .compose(spec)
  .pipe(process.stdout);
