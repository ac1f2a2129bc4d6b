import { dirname, join } from 'node:path/posix';
import { slugOf } from '../../../report/docs/slug.ts';

/** Files beside `docs/` that the service serves by themselves. */
const SERVED = /^(openapi\.(?:yaml|json))$/;
const PAGE = /^docs\/([\w-]+)\/([\w-]+)\.md$/;
const API = /^docs\/api\/(\w+)$/;
const EXAMPLE = /^examples\/(?:([\w/-]+)\/)?([\w.-]+)$/;

/**
 * Where a link of a file leads when the service shows it.
 *
 * @param file the file that has the link, from the root of the repository: `docs/how-to/ci.md`
 * @returns undefined where the service has no page of it, such as a test
 */
export function addressOf(file: string, link: string): string | undefined {
  if (/^(https?:|\/|#)/.test(link)) return link;
  const [path = '', anchor] = link.split('#');
  const target = join(dirname(file), path);
  const end = anchor === undefined ? '' : `#${anchor}`;
  if (target === 'docs' || target === 'docs/README.md') return `/docs${end}`;
  if (SERVED.test(target)) return `/${target}`;
  if (API.test(target)) return `/${target}`;
  const folder = /^docs\/([\w-]+)\/?$/.exec(target);
  if (folder !== null) return `/docs/${folder[1]}${end}`;
  const page = PAGE.exec(target);
  if (page !== null) return `/docs/${page[1]}/${page[2]}${end}`;
  const example = EXAMPLE.exec(target);
  if (example === null) return undefined;
  const [, below = 'files', name = ''] = example;
  if (!name.includes('.') && name !== 'Jenkinsfile') return `/docs/examples/${name}`;
  return `/docs/examples/${below.replaceAll('/', '-')}#${slugOf(name)}`;
}
