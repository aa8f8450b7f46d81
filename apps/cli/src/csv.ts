// Rows as CSV (RFC 4180): what spreadsheets and accountants read. A cell that a spreadsheet would take for a formula is quoted as text.
type Cell = string | number | undefined

/** One line without its end. */
export const csvLine = (cells: readonly Cell[]): string => cells.map(csvCell).join(',')

function csvCell(cell: Cell): string {
  if (cell === undefined) return ''
  if (typeof cell === 'number' || /^-?\d+(\.\d+)?$/.test(cell)) return String(cell)
  const text = /^[=+\-@\t\r]/.test(cell) ? `'${cell}` : cell
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
