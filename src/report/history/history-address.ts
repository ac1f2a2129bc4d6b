/** Address of the page of one metric over the runs of a config. */
export function historyAddress(config: string, metric: string): string {
  return `/history?${new URLSearchParams({ config, metric }).toString()}`;
}
