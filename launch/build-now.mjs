// `npm run build`: the screens, with the builder's own words.
import { buildScreens } from './build.mjs'
import { Stop } from './say.mjs'

try {
  await buildScreens({ talk: true })
} catch (error) {
  if (!(error instanceof Stop)) throw error
  console.error(`\n${error.message}\n`)
  process.exitCode = 1
}
