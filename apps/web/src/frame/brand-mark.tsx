import './brand-mark.css';

/** A bollard with a line on it. */
export function BrandMark() {
  return (
    <svg class="brand-mark" viewBox="0 0 24 24" aria-hidden="true">
      <path d="M6 5h12M8 5v14M16 5v14M4 19h16" />
      <path d="M2 12c3 3 5 3 8 1.5S17 11 22 14" class="brand-line" />
    </svg>
  );
}
