import type { ChildProcess } from 'node:child_process';
import { after } from 'node:test';

const running = new Set<ChildProcess>();

// benchmarks start the service, too, where there are no tests to wait for
if (process.env['NODE_TEST_CONTEXT'] !== undefined) {
  after(() => {
    for (const child of running) child.kill('SIGKILL');
  });
}

/** A process that ends with the tests of its file at the latest: a failed test must not leave the run hanging. */
export function endWithTests<Child extends ChildProcess>(child: Child): Child {
  running.add(child);
  child.once('exit', () => running.delete(child));
  return child;
}
