// What can be asked for by name, and the way each takes: install if needed, change to the product's Node, run.
import { existsSync } from 'node:fs'
import { environment, runHere } from './children.mjs'
import { prepare } from './install.mjs'
import { at } from './places.mjs'
import { Stop, say } from './say.mjs'

/** `node` files are run by the product's Node; `inLauncher` ones are the launcher's own next half. */
const commands = {
  start: { file: ['launch', 'start.mjs'], says: 'starts Naru (npm start -- --help tells the options)' },
  dev: { file: ['launch', 'start.mjs'], words: ['--develop'], develop: true, says: 'starts Naru for a developer' },
  test: {
    file: ['launch', 'test.mjs'],
    says: 'runs types, lint, unit, stories and browser tests (--full: everything)',
  },
  build: { file: ['launch', 'build-now.mjs'], says: 'builds the screens' },
  hammer: { file: ['hammer', 'main.ts'], says: 'load and faults: hammer deadline | opening | verify | pages' },
  enrol: {
    file: ['server', 'enrol-command.ts'],
    says: 'enrol <person> [--name <name>]: a code with which the person makes a first passkey, shown once',
  },
  rebuild: {
    file: ['server', 'rebuild-command.ts'],
    says: 'folds every case again and compares it with what is stored',
  },
  backup: {
    file: ['server', 'backup-command.ts'],
    says: 'backup <new folder | new file.tar | ->: database and files in one consistent copy (--with-keys: private keys too)',
  },
  restore: {
    file: ['server', 'restore-command.ts'],
    says: 'restore <folder or tar> --data <empty folder>: brings a backup back and checks it against the witnesses',
  },
  import: {
    file: ['server', 'import-command.ts'],
    says: 'import ocds <file or folder>: takes in published releases',
  },
  log: {
    file: ['server', 'log-command.ts'],
    says: 'log orphans | dummy | explain: sealed entries that nobody explained',
  },
  law: {
    file: ['server', 'law-command.ts'],
    says: 'law list | name | release | calendar: values not read, who confirms them, what a moved holiday touches',
  },
  client: {
    file: ['server', 'client-command.ts'],
    says: 'client release | check <address> | pack <folder>: the release of the sealing client and who serves it',
  },
  requirements: {
    file: ['launch', 'requirements.mjs'],
    says: 'the table of requirements and the tests that hold them',
  },
  seal: { file: ['web', 'sealing-client', 'offline.ts'], says: 'seal <form file>: seals a bid without a browser' },
  guardian: {
    file: ['guardian', 'main.ts'],
    says: 'guardian [release-spare | journal]: holds keys for an institution (docs/running/guardian.md)',
  },
  verify: {
    file: ['verifier', 'command.ts'],
    says: 'verify <address | bundle.zip | receipt>: checks everything again, needs no server',
  },
  'write-bad-bundles': {
    file: ['verifier', 'write-bad-bundles.ts'],
    says: 'write-bad-bundles <folder>: bundles that every verifier must refuse, with the reason of each',
  },
  'write-vector': {
    file: ['verifier', 'write-vector.ts'],
    says: 'write-vector <file>: the test vector of a whole tender, as docs/vectors/tender.json',
  },
  rules: { file: ['countries', 'write-rules.ts'], says: 'writes RULES.md: article, file, situations' },
}

/** Runs the command that the words name and ends the process with its exit code. */
export const run = async ([name, ...words]) => {
  try {
    process.exitCode = await go(name, words)
  } catch (error) {
    if (!(error instanceof Stop)) throw error
    console.error(`\n${error.message}\n`)
    process.exitCode = 1
  }
}

const go = async (name, words) => {
  const command = Object.hasOwn(commands, name ?? '') ? commands[name] : undefined
  if (!command) {
    usage()
    return name === undefined || name === '--help' || name === 'help' ? 0 : 2
  }
  const node = await prepare()
  const file = at(...command.file)
  if (!existsSync(file))
    throw new Stop(`This version of Naru has no ${name} yet (${command.file.join('/')} is absent).`)
  const mode = command.develop || process.env.NARU_DEVELOP ? 'development' : 'production'
  return runHere(node, [file, ...(command.words ?? []), ...words], {
    cwd:
      process.env.INIT_CWD &&
      ['import', 'seal', 'client', 'guardian', 'verify', 'write-bad-bundles', 'write-vector'].includes(name)
        ? process.env.INIT_CWD
        : at(),
    env: environment({ NODE_ENV: name === 'test' ? 'test' : mode }),
  })
}

const usage = () => {
  say('\nnaru <command>\n')
  for (const [name, { says }] of Object.entries(commands)) say(`  ${name.padEnd(20)}${says}`)
  say()
}
