// Writes merge-rules.json: what the merging of releases needs to know of a release schema with its extensions applied.
// Usage: node ocds/schema/make-merge-rules.mjs <folder with release-schema.json>
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const folder = process.argv[2]
if (!folder) {
  console.error('usage: node ocds/schema/make-merge-rules.mjs <folder with release-schema.json>')
  process.exit(2)
}
const schema = JSON.parse(readFileSync(join(folder, 'release-schema.json'), 'utf8'))

const typesOf = (node) => (node.type === undefined ? [] : [node.type].flat())
const resolved = (node) => {
  const name = node?.$ref?.match(/^#\/definitions\/(.+)$/)?.[1]
  return name ? { ...schema.definitions[name], ...node, $ref: undefined, definition: name } : node
}

const rules = {}

/** The same order of precedence as the references: omit, then whole list, then whatever is nested. */
function read(properties, path, inside) {
  for (const [key, raw] of Object.entries(properties)) {
    const node = resolved(raw)
    const here = [...path, key]
    const types = typesOf(node)
    if (node.omitWhenMerged) rules[here.join('/')] = 'omit'
    else if (types.includes('array') && node.wholeListMerge) rules[here.join('/')] = 'whole'
    else if (types.includes('array') && node.items) {
      const item = resolved(node.items)
      const onlyObjects = typesOf(item).length > 0 && typesOf(item).every((each) => each === 'object')
      if (!onlyObjects || !item.properties?.id) rules[here.join('/')] = 'whole'
      else descend(item, here, inside)
    } else if (node.properties) descend(node, here, inside)
  }
}

function descend(node, path, inside) {
  if (node.definition && inside.includes(node.definition)) return
  read(node.properties, path, node.definition ? [...inside, node.definition] : inside)
}

read(schema.properties, [], [])

const closed = (definition, property) =>
  schema.definitions[definition].properties[property].enum.filter((each) => each !== null).sort()

writeFileSync(
  join(import.meta.dirname, 'merge-rules.json'),
  `${JSON.stringify(Object.fromEntries(Object.entries(rules).sort()), null, 1)}\n`,
)
writeFileSync(
  join(import.meta.dirname, 'closed-codes.json'),
  `${JSON.stringify({ country: closed('Address', 'country'), currency: closed('Value', 'currency') })}\n`,
)
console.log(`${Object.keys(rules).length} merge rules from ${schema.id}`)
