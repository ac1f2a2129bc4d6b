import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { Readable } from 'node:stream';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { Fault } from '../../../errors.ts';
import type { Answer } from '../../../http/operation.ts';
import { viewerScript } from '../../../report/docs/viewer-script.ts';

/** The file of the viewer that goes to browsers. */
export interface ViewerAsset {
  /** Changes with its content. */
  path: string;
  answer(acceptsEncoding: string): Answer;
}

/** What the build puts beside the compiled files: an installed package has no development dependencies. */
const BUILT = new URL('./redoc.standalone.js', import.meta.url);
/** A picture of Redoc's makers, which each page would ask of their server; without an address it asks nobody. */
const FOREIGN_PICTURE = 'https://cdn.redoc.ly/redoc/logo-mini.svg';

/** The viewer with what starts it; read and compressed once, when a first reader wants it. */
export function createViewer(): () => Promise<ViewerAsset> {
  let asset: Promise<ViewerAsset> | undefined;
  return () => (asset ??= readViewer());
}

async function readViewer(): Promise<ViewerAsset> {
  const bundle = (await readBundle()).replaceAll(FOREIGN_PICTURE, '');
  const content = Buffer.from(`${bundle}\n${viewerScript}`);
  const small = await promisify(gzip)(content);
  const name = createHash('sha256').update(content).digest('hex').slice(0, 16);
  return {
    path: `/assets/${name}.js`,
    answer(acceptsEncoding) {
      const isSmall = /\bgzip\b(?!\s*;\s*q=0(?:\.0*)?(?:,|$))/.test(acceptsEncoding);
      const bytes = isSmall ? small : content;
      const type = 'text/javascript; charset=utf-8';
      return {
        status: 200,
        stream: { type, bytes: bytes.length, content: Readable.from([bytes]) },
        headers: { vary: 'accept-encoding', ...(isSmall ? { 'content-encoding': 'gzip' } : {}) },
      };
    },
  };
}

async function readBundle(): Promise<string> {
  const built = await readFile(BUILT, 'utf8').catch(() => undefined);
  if (built !== undefined) return built;
  try {
    const installed = createRequire(import.meta.url).resolve('redoc/bundles/redoc.standalone.js');
    return await readFile(installed, 'utf8');
  } catch (cause) {
    throw new Fault(
      'not-found',
      'this installation has no API viewer: /docs/api has the same pages, and "npm ci && npm run build" brings the viewer',
      { cause },
    );
  }
}
