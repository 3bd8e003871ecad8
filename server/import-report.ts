// What an import came to, in lines that people read.
import type { ImportReport } from './import-ocds.ts'

const meanings: Readonly<Record<string, string>> = {
  broken: 'no JSON in UTF-8, or cut off',
  tooLarge: 'larger than 16 MiB',
  tooDeep: 'nested deeper than any release',
  onlyALink: 'only a link to a release',
  noOcid: 'without an ocid',
  notOcds: 'neither release nor record nor package',
  otherFormat: 'file of another format',
  unreadable: 'file that could not be read',
}

/** The report as people read it. */
export function reportLines(report: ImportReport): readonly string[] {
  const { imported } = report
  const kinds = [`${imported.release} releases`, `${imported.compiled} compiled`, `${imported.versioned} versioned`]
  const leftOut = Object.entries(report.leftOut).flatMap(([why, { count, examples }]) => [
    `  ${count} ${meanings[why] ?? why}`,
    ...examples.map((each) => `      e.g. ${each}`),
  ])
  return [
    `${report.files} files, ${report.found} releases found`,
    `  ${imported.release + imported.compiled + imported.versioned} imported (${kinds.join(', ')})`,
    `  ${report.already} were there already`,
    ...(leftOut.length > 0 ? ['left out:', ...leftOut] : ['nothing was left out']),
    `${report.cases} processes listed anew`,
    ...(report.unmergeable.length > 0
      ? [
          `  ${report.unmergeable.length} whose releases contradict each other in form show the newest alone: ${report.unmergeable.slice(0, 5).join(', ')}`,
        ]
      : []),
    'in the store now:',
    ...report.publishers.map(
      (each) =>
        `  ${each.name === each.publisher ? each.name : `${each.name} (${each.publisher})`}: ${each.cases} processes, ${each.releases} releases`,
    ),
  ]
}
