/* A year as months of weeks that begin on Monday. */
export interface Month { month: number; weeks: (string | null)[][] }

export function monthsOf(year: number): Month[] {
  return Array.from({ length: 12 }, (_, i) => {
    const month = i + 1
    const days = new Date(Date.UTC(year, month, 0)).getUTCDate()
    const first = (new Date(Date.UTC(year, i, 1)).getUTCDay() + 6) % 7
    const cells: (string | null)[] = [
      ...Array<null>(first).fill(null),
      ...Array.from({ length: days }, (_, d) => `${year}-${String(month).padStart(2, '0')}-${String(d + 1).padStart(2, '0')}`),
    ]
    while (cells.length % 7) cells.push(null)
    const weeks: (string | null)[][] = []
    for (let k = 0; k < cells.length; k += 7) weeks.push(cells.slice(k, k + 7))
    return { month, weeks }
  })
}
