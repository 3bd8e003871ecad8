// The options of `npm start`, and what they default to.
import { readdirSync } from 'node:fs'
import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { at } from './places.mjs'
import { Stop, say } from './say.mjs'

/** The countries that have a folder with a pack. */
export const findCountries = () =>
  readdirSync(at('countries'), { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && /^[a-z]+$/.test(entry.name))
    .map((entry) => entry.name)

/**
 * Reads the words of the command line and the environment (NARU_DATA, PORT, HOST) into
 * `{ help, fresh, empty, develop, country, data, port, host }`. Throws Stop on a word it does not know.
 */
export const readOptions = (words, env, countries = findCountries()) => {
  let values
  try {
    values = parseArgs({
      args: words,
      options: {
        help: { type: 'boolean', short: 'h' },
        fresh: { type: 'boolean' },
        empty: { type: 'boolean' },
        develop: { type: 'boolean' },
        country: { type: 'string' },
        port: { type: 'string' },
        host: { type: 'string' },
        data: { type: 'string' },
      },
    }).values
  } catch (error) {
    throw new Stop(`${error.message.split('.')[0]}. What can be said: npm start -- --help`)
  }
  const country = values.country ?? (env.NARU_COUNTRY || 'kg')
  if (!countries.includes(country))
    throw new Stop(
      `There is no country ${country}. There are: ${countries.join(', ')}. For example: npm start -- --country kr`,
    )
  const port = Number(values.port ?? (env.PORT || 8080))
  if (!Number.isInteger(port) || port < 0 || port > 65535)
    throw new Stop(
      `${values.port ?? env.PORT} is not a port. Take a number from 1024 to 65535: npm start -- --port 8081`,
    )
  return {
    help: values.help ?? false,
    fresh: values.fresh ?? false,
    empty: values.empty ?? false,
    develop: values.develop ?? false,
    country,
    port,
    host: values.host ?? (env.HOST || '127.0.0.1'),
    data: resolve(at(), values.data ?? (env.NARU_DATA || `.data/${country}`)),
  }
}

/** Prints what `npm start` understands. */
export const usage = () =>
  say(`
npm start -- [options]

  --country <code>   ${findCountries().join(', ')}; default kg
  --fresh            forgets this country's data and begins anew
  --empty            does not fill the sandbox with its stories
  --port <number>    default 8080; also PORT
  --host <address>   default 127.0.0.1; also HOST
  --data <folder>    default ./.data/<country>; also NARU_DATA

  DATABASE_URL=postgres://…   a PostgreSQL 15 or newer of yours instead of the embedded one
`)
