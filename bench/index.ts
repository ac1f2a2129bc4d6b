// Runs every benchmark in one process, or those that are named; `npm run bench` prints what the README promises.
import { benchContract } from './contract.ts';
import { benchEndToEnd } from './end-to-end.ts';
import { benchJudge } from './judge.ts';
import { benchMany } from './many.ts';
import { benchPaint } from './paint.ts';
import { benchSequential } from './sequential.ts';
import { benchWideAnalysis } from './wide-analysis.ts';

const BENCHES: Record<string, (print: (line: string) => void) => void | Promise<void>> = {
  judge: benchJudge,
  sequential: benchSequential,
  contract: benchContract,
  'end-to-end': benchEndToEnd,
  'wide-analysis': benchWideAnalysis,
  many: benchMany,
  paint: benchPaint,
};

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !Object.hasOwn(BENCHES, name));
if (unknown.length > 0) {
  process.stderr.write(
    `no benchmark is called ${unknown.join(' or ')}: ${Object.keys(BENCHES).join(', ')}\n`,
  );
  process.exit(1);
}
for (const [name, bench] of Object.entries(BENCHES)) {
  if (wanted.length === 0 || wanted.includes(name))
    await bench((line) => process.stdout.write(`${line}\n`));
}
