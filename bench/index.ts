// Runs every benchmark in one process; `npm run bench` prints what the README promises.
import { benchJudge } from './judge.ts';

benchJudge((line) => process.stdout.write(`${line}\n`));
