import { fork, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';

export interface Job {
  /** Number of the experiment. */
  experiment: number;
  task: unknown;
}

const WORKER = fileURLToPath(new URL('worker.ts', import.meta.url));

/**
 * Runs all jobs on as many processes as asked for; results come in the order of the jobs.
 *
 * @param onDone gets the number of jobs done, after each
 */
export async function runJobs(
  jobs: readonly Job[],
  processes: number,
  onDone: (count: number) => void,
): Promise<unknown[]> {
  const results: unknown[] = [];
  let [next, done] = [0, 0];
  const work = async () => {
    const worker = fork(WORKER);
    try {
      while (next < jobs.length) {
        const number = next++;
        results[number] = await ask(worker, jobs[number]!);
        onDone(++done);
      }
    } finally {
      worker.kill();
    }
  };
  await Promise.all(Array.from({ length: Math.min(processes, jobs.length) }, work));
  return results;
}

function ask(worker: ChildProcess, job: Job): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const settle = () => worker.off('message', succeed).off('exit', fail);
    const succeed = (result: unknown) => {
      settle();
      resolve(result);
    };
    const fail = (code: number | null) => {
      settle();
      reject(new Error(`a worker of the simulation ended with ${code ?? 'a signal'}`));
    };
    worker.on('message', succeed).on('exit', fail);
    worker.send(job);
  });
}
