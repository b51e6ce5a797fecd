import { useApp } from '../app-context.js';
import { Button } from './button.js';
import './notice-list.css';

/** The messages at the edge of the page. */
export function NoticeList() {
  const { notices } = useApp();
  return (
    <>
      <div class="notices" role="log" aria-label="Messages">
        {notices.shown.value.map(({ id, kind, text }) => (
          <div key={id} class={`notice notice-${kind}`}>
            <span class="text">{text}</span>
            <Button kind="quiet" aria-label={`Close: ${text}`} onClick={() => notices.close(id)}>
              ✕
            </Button>
          </div>
        ))}
      </div>
      <div class="visually-hidden" role="status">
        {notices.announced.value}
      </div>
    </>
  );
}
