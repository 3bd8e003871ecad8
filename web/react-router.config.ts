// How the screens are built: rendered on the server, every route known from the start.
import type { Config } from '@react-router/dev/config'

export default {
  appDirectory: 'app',
  buildDirectory: process.env.NARU_SCREENS ?? 'build',
  ssr: true,
  routeDiscovery: { mode: 'initial' },
} satisfies Config
