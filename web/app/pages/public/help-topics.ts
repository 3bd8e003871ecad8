// The three walks of the help: how many steps each has, and where each step leads.

export const helpTopics = [
  { name: 'bid', steps: [{ to: '/tenders?status=open' }, {}, {}, {}, {}, {}, {}] },
  { name: 'buy', steps: [{ to: '/plans' }, { to: '/rules' }, {}, {}, {}, {}, {}] },
  {
    name: 'check',
    steps: [{ to: '/tenders' }, { to: '/rules' }, { to: '/log' }, { file: '/naru-verify.html' }, { to: '/data' }],
  },
] as const satisfies readonly {
  readonly name: string
  readonly steps: readonly { readonly to?: string; readonly file?: string }[]
}[]

export type HelpTopic = (typeof helpTopics)[number]
