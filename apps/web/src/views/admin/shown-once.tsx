import { useRef, useState } from 'preact/hooks';
import { Button } from '../../ui/button.js';

/** Properties of {@link ShownOnce}. */
export interface ShownOnceProps {
  label: string;
  secret: string;
}

/** A secret to take away. It is nowhere but in this element, and goes with it. */
export function ShownOnce({ label, secret }: ShownOnceProps) {
  const box = useRef<HTMLTextAreaElement>(null);
  const [outcome, setOutcome] = useState('');
  const copy = async () => {
    box.current?.select();
    try {
      await navigator.clipboard.writeText(secret);
      setOutcome('Copied.');
    } catch {
      // Browsers lend the clipboard to pages over TLS or of this machine only, and where the reader allows it.
      setOutcome('This browser does not let the page copy it. It is selected: copy it with the keyboard.');
    }
  };
  return (
    <div class="shown-once">
      <textarea ref={box} class="shown-once-text mono" aria-label={label} readOnly rows={3} value={secret} />
      <div class="shown-once-actions">
        <Button kind="primary" onClick={() => void copy()}>
          Copy
        </Button>
        <span role="status">{outcome}</span>
      </div>
    </div>
  );
}
