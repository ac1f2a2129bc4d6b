import { createHash } from 'node:crypto';
import { completeScript } from '../configs/complete-script.ts';
import { chartScript, uplotStyles } from '../explore/chart-script.ts';
import { script } from './script.ts';
import { stylesheet } from './stylesheet.ts';

/** A file of all pages; its path changes with its content, so that it may be cached for ever. */
export interface Asset {
  path: string;
  type: string;
  content: string;
}

const icon = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><rect width="16" height="16" rx="3" fill="#00563b"/><path d="M4 8.5l3 3 5-7" fill="none" stroke="#fff" stroke-width="2"/></svg>`;

export const ASSETS = {
  stylesheet: assetOf('css', 'text/css; charset=utf-8', stylesheet + uplotStyles),
  script: assetOf('js', 'text/javascript; charset=utf-8', script),
  charts: assetOf('js', 'text/javascript; charset=utf-8', chartScript),
  complete: assetOf('js', 'text/javascript; charset=utf-8', completeScript),
  icon: assetOf('svg', 'image/svg+xml', icon),
} satisfies Record<string, Asset>;

function assetOf(ending: string, type: string, content: string): Asset {
  const name = createHash('sha256').update(content).digest('hex').slice(0, 16);
  return { path: `/assets/${name}.${ending}`, type, content };
}
