// Runs every benchmark in one process; `npm run bench` prints what the README promises.
import { benchContract } from './contract.ts';
import { benchEndToEnd } from './end-to-end.ts';
import { benchJudge } from './judge.ts';
import { benchSequential } from './sequential.ts';
import { benchWideAnalysis } from './wide-analysis.ts';

const print = (line: string) => process.stdout.write(`${line}\n`);

benchJudge(print);
benchSequential(print);
benchContract(print);
await benchEndToEnd(print);
await benchWideAnalysis(print);
