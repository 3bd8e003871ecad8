// The words of `npm start` and what they default to.
import { expect, test } from 'vitest'
import { readOptions } from './options.mjs'
import { at } from './places.mjs'

const countries = ['fictia', 'kg', 'kr']
const read = (words, env = {}) => readOptions(words, env, countries)

test('Kyrgyzstan on port 8080 in a folder of its own, unless said otherwise', () => {
  expect(read([])).toMatchObject({
    country: 'kg',
    port: 8080,
    host: '127.0.0.1',
    data: at('.data', 'kg'),
    fresh: false,
  })
  expect(read(['--country', 'kr', '--fresh', '--port=9001'])).toMatchObject({
    country: 'kr',
    port: 9001,
    data: at('.data', 'kr'),
    fresh: true,
  })
})

test('the environment speaks where the command line is silent', () => {
  const env = { PORT: '9100', NARU_DATA: '/srv/naru' }
  expect(read([], env)).toMatchObject({ port: 9100, data: '/srv/naru' })
  expect(read(['--port', '9200'], env)).toMatchObject({ port: 9200 })
})

test.each([
  [['--country', 'xx'], /no country xx\. There are: fictia, kg, kr/],
  [['--port', '99999'], /99999 is not a port/],
  [['--port', 'http'], /http is not a port/],
  [['--frsh'], /'--frsh'/],
  [['kr'], /'kr'/],
])('%j is refused in words', (words, sentence) => {
  expect(() => read(words)).toThrow(sentence)
})
