// Every address of the screens. The language stands first, so that a page can be shared and cached as it is read.
import { index, type RouteConfig, route } from '@react-router/dev/routes'
import { workRoutes } from './work-routes.ts'

export default [
  index('pages/choose-language.ts'),
  route('language/:language', 'pages/keep-language.ts'),
  route(':language', 'pages/in-language.tsx', [
    index('pages/public/home.tsx'),
    route('tenders', 'pages/public/search.tsx'),
    route('tenders/:caseId', 'pages/public/tender.tsx'),
    route('tenders/:caseId/history', 'pages/public/history.tsx'),
    route('tenders/:caseId/opening', 'pages/public/opening-record.tsx'),
    route('elsewhere/:ocid', 'pages/public/imported.tsx'),
    route('organisations/:id', 'pages/public/organisation.tsx'),
    route('plans', 'pages/public/plans.tsx'),
    route('plans/:planId', 'pages/public/plan.tsx'),
    route('rules', 'pages/public/rules.tsx'),
    route('log', 'pages/public/log.tsx'),
    route('log/:index', 'pages/public/log-entry.tsx'),
    route('data', 'pages/public/data.tsx'),
    route('help', 'pages/public/help.tsx'),
    route('help/:topic', 'pages/public/help-topic.tsx'),
    route('status', 'pages/public/status.tsx'),
    route('accessibility', 'pages/public/accessibility.tsx'),
    ...workRoutes,
    route('_gallery', 'pages/gallery.tsx'),
    route('_gallery/interactive', 'pages/gallery-interactive.tsx'),
    route('_error/:status', 'pages/error-page.ts'),
    route('*', 'pages/nothing-here.ts'),
  ]),
] satisfies RouteConfig
