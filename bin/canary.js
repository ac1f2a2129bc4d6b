#!/usr/bin/env node
import './require-node.js';
import { existsSync } from 'node:fs';
import module from 'node:module';
import { fileURLToPath } from 'node:url';

// Compiled code is kept between starts, which halves what a start takes; where the place cannot be written, it is not.
module.enableCompileCache(
  fileURLToPath(new URL('../node_modules/.cache/compile', import.meta.url)),
);

// A checkout runs its TypeScript as it is; an installed package carries only the compiled files.
const source = new URL('../src/cli.ts', import.meta.url);
const entry = existsSync(source) ? source : new URL('../dist/src/cli.js', import.meta.url);
const { main } = await import(entry.href);
await main();
