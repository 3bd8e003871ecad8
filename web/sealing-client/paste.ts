// Paste from a spreadsheet: one column of unit prices, or rows whose last number is the unit price, goes into the rows of a lot in order.

/** Binds the boxes to paste into (`data-paste` names the lot); tells when fields were filled. */
export function pasteInto(
  form: HTMLFormElement,
  lots: readonly { readonly id: string; readonly items: readonly { readonly id: string }[] }[],
  filled: () => void,
): void {
  for (const lot of lots) {
    const fields = lot.items.map((item) =>
      form.querySelector<HTMLInputElement>(`[name="${CSS.escape(`price.${lot.id}.${item.id}`)}"]`),
    )
    const put = (text: string, from: number): boolean => {
      const prices = readColumn(text)
      if (prices.length < 2 && !text.includes('\t')) return false
      prices.forEach((price, at) => {
        const field = fields[from + at]
        if (field) field.value = price
      })
      filled()
      return true
    }
    fields.forEach((field, at) =>
      field?.addEventListener('paste', (event) => {
        if (put(event.clipboardData?.getData('text') ?? '', at)) event.preventDefault()
      }),
    )
  }
}

/** The prices in copied cells: the last cell of each row that holds a digit. Empty rows count, so that rows stay in step. */
export function readColumn(text: string): readonly string[] {
  const rows = text.replace(/\r/g, '').replace(/\n+$/, '').split('\n')
  return rows.map(
    (row) =>
      row
        .split('\t')
        .map((cell) => cell.trim())
        .findLast((cell) => /\d/.test(cell)) ?? '',
  )
}
