/* Files that travel inside JSON: base64url to bytes, and to the browser's downloads. */
export const XLSX = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'

export function bytesOf(base64url: string): Uint8Array<ArrayBuffer> {
  const text = atob(base64url.replace(/-/g, '+').replace(/_/g, '/'))
  const out = new Uint8Array(new ArrayBuffer(text.length))
  for (let i = 0; i < text.length; i++) out[i] = text.charCodeAt(i)
  return out
}

export function save(name: string, content: string): void {
  const link = document.createElement('a')
  link.href = URL.createObjectURL(new Blob([bytesOf(content)], { type: XLSX }))
  link.download = name
  link.click()
  URL.revokeObjectURL(link.href)
}
