#!/usr/bin/env node
// The `colophon` command: the command line program under a Node that runs TypeScript.
process.argv.splice(2, 0, 'server/cli/main.ts');
await import('./bootstrap.mjs');
