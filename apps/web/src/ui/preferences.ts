import { computed, effect, type ReadonlySignal, type Signal, signal } from '@preact/signals';

/** `system` follows the operating system. */
export type ThemeChoice = 'system' | 'light' | 'dark';
/** In which times of day are shown. */
export type TimeZoneChoice = 'local' | 'utc';

/** What the browser remembers of how one likes the page. */
export const themeChoice = signal<ThemeChoice>('system');
export const timeZone = signal<TimeZoneChoice>('local');

const systemIsDark = signal(false);
/** The theme that is shown: plots draw anew when it changes. */
export const theme: ReadonlySignal<'light' | 'dark'> = computed(() =>
  themeChoice.value === 'system' ? (systemIsDark.value ? 'dark' : 'light') : themeChoice.value,
);

/** Reads what is remembered, and from then on remembers what is changed. Called once, before anything is shown. */
export function startPreferences(window: Window): void {
  const darkQuery = window.matchMedia('(prefers-color-scheme: dark)');
  systemIsDark.value = darkQuery.matches;
  darkQuery.addEventListener('change', ({ matches }) => (systemIsDark.value = matches));
  remember(window, 'moorline.theme', themeChoice, ['system', 'light', 'dark']);
  remember(window, 'moorline.time-zone', timeZone, ['local', 'utc']);
  const { dataset } = window.document.documentElement;
  effect(() => {
    if (themeChoice.value === 'system') delete dataset['theme'];
    else dataset['theme'] = themeChoice.value;
  });
}

function remember<T extends string>(window: Window, key: string, choice: Signal<T>, known: readonly T[]): void {
  const read = (): void => {
    const text = stored(window)?.getItem(key);
    choice.value = known.find((one) => one === text) ?? choice.value;
  };
  read();
  effect(() => stored(window)?.setItem(key, choice.value));
  // Another tab's choice holds here too.
  window.addEventListener('storage', (event) => {
    if (event.key === key) read();
  });
}

/** Undefined where the browser forbids it: then nothing is remembered, and all else works. */
function stored(window: Window): Storage | undefined {
  try {
    return window.localStorage;
  } catch {
    return undefined;
  }
}

/**
 * The colour behind a name of theme.css, as `rgb(…)`: for what draws on a canvas, where `light-dark()` means nothing.
 *
 * @param name of the custom property: `--series-1`.
 */
export function themeColor(name: `--${string}`): string {
  const probe = document.createElement('span');
  probe.style.color = `var(${name})`;
  document.body.append(probe);
  const { color } = getComputedStyle(probe);
  probe.remove();
  return color;
}
