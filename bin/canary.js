#!/usr/bin/env node
import './require-node.js';
import { existsSync } from 'node:fs';

// A checkout runs its TypeScript as it is; an installed package carries only the compiled files.
const source = new URL('../src/cli.ts', import.meta.url);
const entry = existsSync(source) ? source : new URL('../dist/src/cli.js', import.meta.url);
const { main } = await import(entry.href);
await main();
