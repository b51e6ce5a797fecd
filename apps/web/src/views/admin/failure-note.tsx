import { describeError } from '../../ui/states.js';

/** Why the server did not do it, inside of a form: in its words, with its hint. Read out as it appears. */
export function FailureNote({ title, error }: { title: string; error: unknown }) {
  const { message, hint, code } = describeError(error);
  return (
    <div class="failure-note" role="alert">
      <p>
        <strong>{title}.</strong> <span class="text">{message}</span>
      </p>
      {hint === undefined ? null : <p class="text">{hint}</p>}
      {code === undefined ? null : <p class="mono faint">{code}</p>}
    </div>
  );
}
