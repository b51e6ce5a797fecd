/**
 * The secret of a one-time link, `/sign-in#link=…`. It is taken out of the address bar and the history at once: what is there can be
 * copied, synchronised and looked over somebody's shoulder.
 */
export function takeLink({ location, history }: Pick<Window, 'location' | 'history'>): string | undefined {
  const link = new URLSearchParams(location.hash.slice(1)).get('link') ?? '';
  if (location.hash !== '') history.replaceState(history.state, '', location.pathname + location.search);
  return link === '' ? undefined : link;
}
