#!/usr/bin/env node
// The committed entry of the `huitong` command: npm links a bin only if it exists at install time, the compiled code does not yet.
import { run } from '../../../scripts/run.mjs'
await run('huitong', process.argv.slice(2))
