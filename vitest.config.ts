// The test projects: pure rooms, the server on an embedded PostgreSQL and its faults, the stories, the walks in a browser, every page in every language.
import { availableParallelism } from 'node:os'
import { defineConfig } from 'vitest/config'

const skipped = ['**/node_modules/**', '**/dist-types/**', '**/build/**', '**/.data/**']

// Kills, tampering, restores, outages, large imports, bad bundles, three countries' stories: half a minute and more each, for `npm run test:full`.
const faults = [
  'server/orders.test.ts',
  'server/authorisation.test.ts',
  'server/sequencer.test.ts',
  'server/second-site.test.ts',
  'server/tamper.test.ts',
  'server/prolonging.test.ts',
  'stories/outage-drill.test.ts',
  'stories/own-probes.test.ts',
  'stories/guardians.test.ts',
  'stories/guardians-draw.test.ts',
  'stories/int.test.ts',
  'stories/passkeys.test.ts',
  'stories/mn.test.ts',
  'stories/uz.test.ts',
  'server/files/object-store.test.ts',
  'server/import-ocds.test.ts',
  'server/backup/backup.test.ts',
  'server/database/embedded.test.ts',
  'verifier/bad-bundles.test.ts',
]

// Every page in every language, a bidder's every turn, and the walks of what unit and server tests hold by example already.
const longWalks = [
  'pages',
  'bidder',
  'attachments',
  'drafts',
  'holder-keys',
  'sealing-client',
  'live',
  'after-award',
  'evaluation',
  'review',
].map((name) => `stories/browser/${name}.test.ts`)

// Vitest leaves one core free, which of two is half the machine.
const manyAtOnce = { maxWorkers: Math.max(2, availableParallelism() - 1) }
// A story has a dozen processes of its own, and waits more than it computes, as a walk in a browser does: two go side by side, after what is small.
const twoAtOnce = { maxWorkers: 2, sequence: { groupOrder: 1 } }

const onDatabase = {
  ...manyAtOnce,
  globalSetup: ['server/database/test-setup.ts'],
  testTimeout: 60_000,
  hookTimeout: 60_000,
}

export default defineConfig({
  test: {
    exclude: skipped,
    projects: [
      {
        test: {
          ...manyAtOnce,
          name: 'unit',
          include: [
            '{domain,countries,sealing,log,ocds,web,verifier,witness,guardian}/**/*.test.ts',
            'launch/**/*.test.mjs',
          ],
          exclude: [...skipped, ...faults],
          // Generous, since the machine may be busy; nothing here waits on purpose.
          testTimeout: 30_000,
        },
      },
      { test: { name: 'server', include: ['server/**/*.test.ts'], exclude: [...skipped, ...faults], ...onDatabase } },
      { test: { name: 'faults', include: faults, exclude: skipped, ...onDatabase, hookTimeout: 180_000 } },
      {
        test: {
          name: 'stories',
          include: ['stories/**/*.test.ts'],
          exclude: [...skipped, ...faults, 'stories/browser/**'],
          testTimeout: 120_000,
          hookTimeout: 180_000,
          ...twoAtOnce,
        },
      },
      {
        test: {
          name: 'browser',
          include: ['stories/browser/**/*.test.ts'],
          exclude: [...skipped, ...longWalks],
          testTimeout: 300_000,
          hookTimeout: 180_000,
          ...twoAtOnce,
        },
      },
      {
        test: {
          name: 'pages',
          include: longWalks,
          exclude: skipped,
          testTimeout: 300_000,
          hookTimeout: 300_000,
          maxConcurrency: 2,
          ...twoAtOnce,
        },
      },
    ],
  },
})
