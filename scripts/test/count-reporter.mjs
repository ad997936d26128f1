/** A reporter for node's test runner that yields the counts of the whole run as one line of JSON, and nothing else. */
export default async function* countReporter(source) {
  for await (const event of source) {
    if (event.type === 'test:summary' && event.data.file === undefined)
      yield `${JSON.stringify(event.data.counts)}\n`;
  }
}
