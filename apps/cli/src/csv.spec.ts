// CSV cells: quoted where they must be, never a formula.
import { csvLine } from './csv.js'

it.each<[readonly (string | number | undefined)[], string]>([
  [['a', 1, undefined, '-12.50'], 'a,1,,-12.50'],
  [['a,b', 'say "x"', 'two\nlines'], '"a,b","say ""x""","two\nlines"'],
  [['=1+1', '+1x', '-x', '@sum', '\tx'], "'=1+1,'+1x,'-x,'@sum,'\tx"],
])('%j becomes %j', (cells, line) => expect(csvLine(cells)).toBe(line))
