import { execFileSync } from 'node:child_process';

/** A Node on the PATH that the service refuses. */
export const OLD_NODE = findOldNode();

/** A value for `skip`: false where there is one, else what to do. */
export const OLD_NODE_MISSING =
  OLD_NODE === undefined && 'needs a Node before 22.19 on the PATH: apt-get install nodejs';

function findOldNode(): string | undefined {
  const found = execFileSync('which', ['-a', 'node'], { encoding: 'utf8' }).trim().split('\n');
  return found.find((path) => {
    const version = execFileSync(path, ['--version'], { encoding: 'utf8' });
    const [major = 0, minor = 0] = version.slice(1).split('.').map(Number);
    return major < 22 || (major === 22 && minor < 19);
  });
}
