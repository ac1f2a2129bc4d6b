// Plain JavaScript that any Node understands: one clear sentence instead of a syntax error.
import { existsSync } from 'fs';

const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 22 || (major === 22 && minor < 19)) {
  const isCheckout = existsSync(new URL('../src/cli.ts', import.meta.url));
  const remedy = isCheckout
    ? 'run it through npm (npm start, npm test, npx canary) after "npm ci" with install scripts allowed, which brings Node 24, or install a newer Node'
    : 'install a newer Node (https://nodejs.org), or name one that is there: /path/to/node "$(command -v canary)" version';
  process.stderr.write(
    `canary-verdict needs Node 22.19 or newer, and this is Node ${process.versions.node}: ${remedy}.\n`,
  );
  process.exit(78); // EX_CONFIG of sysexits.h: the environment, not the program, must change
}
