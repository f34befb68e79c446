/** Time zones of the browser, and the one that is set, which an older browser may not know. */
export function timeZones(own: string | null): string[] {
  return [...new Set([...(own ? [own] : []), ...Intl.supportedValuesOf("timeZone")])].sort();
}
