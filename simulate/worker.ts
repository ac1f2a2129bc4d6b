// One core's worth of work: takes a task, answers with its result, and waits for the next.
import { EXPERIMENTS } from './experiments.ts';
import type { Job } from './pool.ts';

process.on('message', ({ experiment, task }: Job) => {
  process.send!(EXPERIMENTS[experiment]!.run(task));
});
