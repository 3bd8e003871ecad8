import { expect, test } from 'vitest'
import { isPublicAddress, mayCall, publicLookup } from './public-address.ts'

test.each([
  ['8.8.8.8', true],
  ['212.112.96.1', true],
  ['2606:4700:4700::1111', true],
  ['127.0.0.1', false],
  ['10.1.2.3', false],
  ['172.31.255.255', false],
  ['172.32.0.1', true],
  ['192.168.1.1', false],
  ['169.254.169.254', false],
  ['100.64.0.1', false],
  ['0.0.0.0', false],
  ['224.0.0.1', false],
  ['255.255.255.255', false],
  ['::1', false],
  ['::', false],
  ['fe80::1', false],
  ['fd00::1', false],
  ['ff02::1', false],
  ['::ffff:10.0.0.1', false],
  ['64:ff9b::a00:1', false],
  ['2002:a00:1::', false],
  ['2001:db8::1', false],
  ['not an address', false],
])('%s is public: %s', (address, open) => expect(isPublicAddress(address)).toBe(open))

test.each([
  ['https://erp.example.kg/hook', true, true],
  ['https://8.8.8.8/hook', true, true],
  ['http://erp.example.kg/hook', false, false],
  ['http://127.0.0.1:9000/hook', false, true],
  ['http://localhost:9000/hook', false, true],
  ['http://[::1]:9000/', false, true],
  ['https://127.0.0.1/', false, true],
  ['http://127.0.0.2/', false, false],
  ['http://2130706433/', false, true],
  ['https://0x7f.1/', false, true],
  ['https://10.0.0.5/', false, false],
  ['https://[fd00::5]/', false, false],
  ['https://intranet/', false, false],
  ['https://db.internal/', false, false],
  ['https://printer.local./', false, false],
  ['https://user:secret@erp.example.kg/', false, false],
  ['ftp://erp.example.kg/', false, false],
  ['file:///etc/passwd', false, false],
  ['erp.example.kg', false, false],
])('%s may be called: live %s, sandbox %s', (address, live, sandbox) => {
  expect(mayCall(address, 'live')).toBe(live)
  expect(mayCall(address, 'sandbox')).toBe(sandbox)
})

test('a name that leads inside is refused when it is resolved, whatever it was when it was subscribed', async () => {
  const ask = (open: boolean) =>
    new Promise<string>((answer) =>
      publicLookup(open)('localhost', { all: true }, (error, found) =>
        answer(error ? (error.code ?? '') : JSON.stringify(found)),
      ),
    )
  expect(await ask(false)).toBe('ENOTPUBLIC')
  expect(await ask(true)).toContain('127.0.0.1')
})
