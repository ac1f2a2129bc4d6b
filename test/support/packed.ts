import { execFileSync } from 'node:child_process';
import { cpSync, globSync, mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

interface Manifest {
  files: string[];
}
interface Lock {
  packages: Record<string, { dev?: boolean; optional?: boolean }>;
}

/** What a fresh checkout has of what goes into the package or makes it. */
const SOURCES = ['src', 'jobs', 'tsconfig.json', 'tsconfig.build.json', 'package.json'];

/**
 * Packs a fresh checkout, which builds it, and installs the tarball into an empty folder beside what it depends on
 * at run time and nothing else; answers the command there. Nothing is downloaded: the dependencies are those of here.
 */
export function installPacked(directory: string): { command: string; files: string[] } {
  const checkout = join(directory, 'checkout');
  const { files } = JSON.parse(readFileSync('package.json', 'utf8')) as Manifest;
  for (const part of [...SOURCES, ...files.filter((file) => file !== 'dist')])
    cpSync(part, join(checkout, part), { recursive: true });
  symlinkSync(resolve('node_modules'), join(checkout, 'node_modules'));
  const said = npm(checkout, ['pack', '--json', '--pack-destination', directory]);
  const [packed] = JSON.parse(said.slice(said.indexOf('[\n'))) as [
    { filename: string; files: { path: string }[] },
  ];
  const modules = join(directory, 'empty/node_modules');
  const installed = join(modules, 'canary-verdict');
  mkdirSync(installed, { recursive: true });
  const tarball = join(directory, packed.filename);
  execFileSync('tar', ['-xzf', tarball, '-C', installed, '--strip-components=1']);
  for (const name of runtimePackages()) {
    mkdirSync(dirname(join(modules, name)), { recursive: true });
    symlinkSync(resolve('node_modules', name), join(modules, name));
  }
  const paths = packed.files.map(({ path }) => path);
  return { command: join(installed, 'bin/canary.js'), files: paths };
}

/** Top-level packages that an installation without development dependencies has. */
function runtimePackages(): string[] {
  const { packages } = JSON.parse(readFileSync('package-lock.json', 'utf8')) as Lock;
  const here = new Set(globSync(['node_modules/*', 'node_modules/@*/*']));
  return Object.entries(packages)
    .filter(([path, { dev }]) => here.has(path) && dev !== true)
    .map(([path]) => path.slice('node_modules/'.length));
}

function npm(cwd: string, args: string[]): string {
  const options = { cwd, encoding: 'utf8', maxBuffer: 1e8 } as const;
  return execFileSync('npm', args, { ...options, stdio: ['ignore', 'pipe', 'inherit'] });
}
