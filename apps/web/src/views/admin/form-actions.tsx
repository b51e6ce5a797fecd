import { Button } from '../../ui/button.js';

/** Properties of {@link FormActions}. */
export interface FormActionsProps {
  /** What the main button does. */
  label: string;
  kind?: 'primary' | 'danger' | undefined;
  isBusy: boolean;
  onClose: () => void;
}

/** The foot of a dialog that sends something. */
export function FormActions({ label, kind = 'primary', isBusy, onClose }: FormActionsProps) {
  return (
    <>
      <Button onClick={onClose}>Cancel</Button>
      <Button kind={kind} type="submit" disabled={isBusy}>
        {isBusy ? 'Sending…' : label}
      </Button>
    </>
  );
}
