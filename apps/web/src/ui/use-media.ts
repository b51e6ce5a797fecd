import { useEffect, useState } from 'preact/hooks';

/** Whether a media query holds: for what CSS alone cannot decide, such as the height of a virtual row. */
function useMedia(query: string): boolean {
  const [isMatch, setIsMatch] = useState(() => window.matchMedia(query).matches);
  useEffect(() => {
    const list = window.matchMedia(query);
    const onChange = () => setIsMatch(list.matches);
    onChange();
    list.addEventListener('change', onChange);
    return () => list.removeEventListener('change', onChange);
  }, [query]);
  return isMatch;
}

/** A phone's width: the same bound as in the style sheets. */
export const useIsNarrow = (): boolean => useMedia('(width < 40rem)');
