// Every address of the screens. The language stands first, so that a page can be shared and cached as it is read.
import { index, type RouteConfig, route } from '@react-router/dev/routes'

export default [
  index('pages/choose-language.ts'),
  route('language/:language', 'pages/keep-language.ts'),
  route(':language', 'pages/in-language.tsx', [
    index('pages/home.tsx'),
    route('_gallery', 'pages/gallery.tsx'),
    route('_gallery/interactive', 'pages/gallery-interactive.tsx'),
    route('_error/:status', 'pages/error-page.ts'),
    route('*', 'pages/nothing-here.ts'),
  ]),
] satisfies RouteConfig
