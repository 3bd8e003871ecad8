#!/usr/bin/env node
// The door of Naru: every command of `npm` and the command `naru` come in here, on whatever Node the machine has.
// Only old syntax in this file, so that an old Node can still say that it is old.
import process from 'node:process'

const major = Number(process.versions.node.split('.')[0])

if (major < 20) {
  console.error(`\nNaru starts on Node 20 or newer; this is Node ${process.versions.node}.`)
  console.error('Install a newer Node (https://nodejs.org), open a new terminal and try again.\n')
  process.exit(1)
}

import('./commands.mjs').then((commands) => commands.run(process.argv.slice(2)))
