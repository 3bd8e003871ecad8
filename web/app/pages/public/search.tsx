// The public search: filters in the address, each removable alone, a count, an order, pages, and the same query as data.
import type { Route } from './+types/search'
import { Button, SelectField, TextField } from '../../design/form.tsx'
import { Go } from '../../design/go.tsx'
import { Banner, Empty, Page } from '../../design/page.tsx'
import { FiltersOn, Pagination } from '../../design/table.tsx'
import { useSpeech } from '../../speech.tsx'
import type { Speech } from '../../../speech.ts'
import { keptUntilChanged, loaderHeaders, naruOf } from './reading.ts'
import { asAddress, type FilterName, filtersIn, searchAddress } from './search-address.ts'
import { nameOf } from './saying.tsx'
import { TenderList } from './tender-list.tsx'

export async function loader({ context, url }: Route.LoaderArgs) {
  const naru = naruOf(context)
  const address = asAddress(url.searchParams, naru.country)
  const [result, log, sources] = await Promise.all([
    naru.read.search(address),
    naru.read.published.readLog(null),
    naru.read.published.readSources(),
  ])
  const names = await naru.read.readNames([address.get('buyer'), result.rows.map((row) => row.buyerId)])
  return keptUntilChanged(
    naru,
    { result, names, sources, now: naru.now, address: address.toString() },
    'search',
    address.toString(),
    log.head.size,
    result.total,
    naru.now.slice(0, 13),
  )
}

export const headers = loaderHeaders

const statuses = [
  'open',
  'closed',
  'opened',
  'ranked',
  'awarded',
  'contracted',
  'failed',
  'cancelled',
  'planned',
  'complete',
  'unknown',
] as const
const categories = ['goods', 'works', 'services'] as const
const methods = ['open', 'selective', 'limited', 'direct'] as const

/** A filter's value in words. */
function valueWords(
  name: FilterName,
  value: string,
  speech: Speech,
  names: Route.ComponentProps['loaderData']['names'],
): string {
  const { say, has, date, language } = speech
  if (name === 'status' && has(`domain.status.${value}`)) return say(`domain.status.${value}`)
  if (name === 'category' && has(`domain.category.${value}`)) return say(`domain.category.${value}`)
  if (name === 'method' && has(`public.method.${value}`)) return say(`public.method.${value as 'open'}`)
  if (name === 'buyer') return nameOf(names, value, language) || value
  if ((name === 'from' || name === 'to') && /^\d{4}-\d\d-\d\d$/.test(value)) return date(value)
  return value
}

export default function Search({ loaderData }: Route.ComponentProps) {
  const speech = useSpeech()
  const { say, number, date, language } = speech
  const { result, names, sources, now } = loaderData
  const address = new URLSearchParams(loaderData.address)
  const filters = filtersIn(address).filter(({ name }) => !result.dropped.includes(name))
  const sourceWords = (source: string) => (source === 'naru' ? say('public.source.own') : (sources[source] ?? source))
  const on = filters.map(({ name, value }) => ({
    key: name,
    words: say('public.filter.is', {
      name: say(`public.filter.${name}`),
      value: name === 'source' ? sourceWords(value) : valueWords(name, value, speech, names),
    }),
    without: searchAddress('/tenders', address, { [name]: null, page: null }),
  }))
  const option = (value: string, text: string) => ({ value, text })
  const any = option('', say('public.filter.any'))
  const chosen = (name: string) => address.get(name) ?? ''
  const chosenDay = (name: string) => (/^\d{4}-\d\d-\d\d$/.test(chosen(name)) ? date(chosen(name)) : chosen(name))
  return (
    <Page title={say('public.search.title')} wide>
      <form method="get" action={`/${language}/tenders`} className="search-form" role="search">
        <div className="search-words">
          <TextField
            name="q"
            label={say('public.search.words')}
            type="search"
            maxLength={200}
            defaultValue={chosen('q')}
            required={false}
          />
          <Button>{say('public.search.find')}</Button>
        </div>
        <details open={filters.some(({ name }) => name !== 'q')}>
          <summary>{say('public.search.filters')}</summary>
          <div className="filter-fields">
            <SelectField
              name="status"
              label={say('public.filter.status')}
              defaultValue={chosen('status')}
              choices={[any, ...statuses.map((each) => option(each, say(`domain.status.${each}`)))]}
              required={false}
            />
            <SelectField
              name="category"
              label={say('public.filter.category')}
              defaultValue={chosen('category')}
              choices={[any, ...categories.map((each) => option(each, say(`domain.category.${each}`)))]}
              required={false}
            />
            <SelectField
              name="method"
              label={say('public.filter.method')}
              defaultValue={chosen('method')}
              choices={[any, ...methods.map((each) => option(each, say(`public.method.${each}`)))]}
              required={false}
            />
            <TextField
              name="buyer"
              label={say('public.filter.buyer')}
              defaultValue={chosen('buyer')}
              required={false}
            />
            <TextField
              name="classification"
              label={say('public.filter.classification')}
              defaultValue={chosen('classification')}
              inputMode="numeric"
              required={false}
            />
            <TextField
              name="from"
              label={say('public.filter.from')}
              hint={say('public.filter.dayForm', { day: date('2026-11-20') })}
              defaultValue={chosenDay('from')}
              required={false}
            />
            <TextField
              name="to"
              label={say('public.filter.to')}
              hint={say('public.filter.dayForm', { day: date('2026-11-20') })}
              defaultValue={chosenDay('to')}
              required={false}
            />
            <TextField
              name="min"
              label={say('public.filter.min')}
              inputMode="numeric"
              defaultValue={chosen('min')}
              required={false}
            />
            <TextField
              name="max"
              label={say('public.filter.max')}
              inputMode="numeric"
              defaultValue={chosen('max')}
              required={false}
            />
            {Object.keys(sources).length > 0 && (
              <SelectField
                name="source"
                label={say('public.filter.source')}
                defaultValue={chosen('source')}
                choices={[
                  any,
                  option('naru', say('public.source.own')),
                  ...Object.entries(sources).map(([code, name]) => option(code, name)),
                ]}
                required={false}
              />
            )}
            <SelectField
              name="sort"
              label={say('public.search.sort')}
              defaultValue={chosen('sort') || 'newest'}
              choices={(['newest', 'deadline', 'value'] as const).map((each) =>
                option(each, say(`public.sort.${each}`)),
              )}
              required={false}
            />
          </div>
          <Button kind="secondary">{say('public.search.apply')}</Button>
        </details>
      </form>

      {result.dropped.length > 0 && (
        <Banner tone="warn" title={say('public.search.dropped')}>
          <p>
            {result.dropped
              .map((name) => (name in { sort: 1, page: 1 } ? name : say(`public.filter.${name as FilterName}`)))
              .join(', ')}
          </p>
        </Banner>
      )}
      <FiltersOn filters={on} clear="/tenders" />
      <div className="result-head">
        <p role="status">
          <strong>{say('public.search.found', { n: result.total })}</strong>
          {result.pages > 1 &&
            ` · ${say('public.search.page', { page: number(result.page), pages: number(result.pages) })}`}
        </p>
        <p className="note links">
          {say('public.search.asData')} <a href={searchAddress(`/api/cases.csv`, address, { page: null })}>CSV</a>{' '}
          <a href={searchAddress('/api/cases', address)}>JSON</a> <Go to="/data">{say('place.data')}</Go>
        </p>
      </div>
      <TenderList
        rows={result.rows}
        names={names}
        sources={sources}
        now={now}
        caption={say('public.search.title')}
        empty={
          <Empty title={say('public.search.nothing')}>
            {on.length === 0 ? (
              <p>{say(result.page > 1 ? 'public.search.beyond' : 'public.search.noneYet')}</p>
            ) : (
              <>
                <p>{say('public.search.nothingWith')}</p>
                <ul className="links">
                  {on.map((each) => (
                    <li key={each.key}>
                      <Go to={each.without}>{say('public.search.without', { filter: each.words })}</Go>
                    </li>
                  ))}
                  <li>
                    <Go to="/tenders">{say('public.search.all')}</Go>
                  </li>
                </ul>
              </>
            )}
          </Empty>
        }
      />
      <Pagination
        page={result.page}
        pages={result.pages}
        address={(page) => searchAddress('/tenders', address, { page: String(page) })}
      />
    </Page>
  )
}
