import type { ComponentChildren } from 'preact';
import { Button } from './button.js';
import './states.css';

/** Properties of {@link EmptyState}. */
export interface EmptyStateProps {
  title: string;
  /** Why there is nothing, or how there will be something. */
  children?: ComponentChildren;
  /** What one can do about it: a button. */
  action?: ComponentChildren;
}

/** In place of a list that has nothing in it. */
export function EmptyState({ title, children, action }: EmptyStateProps) {
  return (
    <div class="state">
      <p class="state-title">{title}</p>
      {children === undefined ? null : <div class="state-text">{children}</div>}
      {action}
    </div>
  );
}

/** Properties of {@link ErrorState}. */
export interface ErrorStateProps {
  /** What was attempted: "The jobs could not be read". */
  title: string;
  error: unknown;
  onRetry?: (() => void) | undefined;
}

/** In place of what could not be read: what happened, in the server's own words, and what to do. */
export function ErrorState({ title, error, onRetry }: ErrorStateProps) {
  const { message, hint, code } = describeError(error);
  return (
    <div class="state state-error" role="alert">
      <p class="state-title">{title}</p>
      <p class="state-text text">{message}</p>
      {hint === undefined ? null : <p class="state-text text">{hint}</p>}
      {code === undefined ? null : <p class="state-code mono">{code}</p>}
      {onRetry === undefined ? null : <Button onClick={onRetry}>Try again</Button>}
    </div>
  );
}

/** Properties of {@link Loading}. */
export interface LoadingProps {
  /** What is being read: "Jobs". */
  label: string;
  /** How many lines the result is likely to have: the skeleton takes as much room. */
  lines?: number | undefined;
}

/** In place of what is still being read; it appears only after a moment, so that fast answers do not flicker. */
export function Loading({ label, lines = 6 }: LoadingProps) {
  return (
    <div class="loading" role="status">
      <span class="visually-hidden">{label}: loading</span>
      {Array.from({ length: lines }, (_, index) => (
        <div key={index} class="loading-line" aria-hidden="true" />
      ))}
    </div>
  );
}

/** What a failure says of itself, where it is one of Moorline's. */
export function describeError(error: unknown): { message: string; hint?: string; code?: string } {
  if (!(error instanceof Error)) return { message: String(error) };
  const { code, hint } = error as { code?: unknown; hint?: unknown };
  return {
    message: error.message,
    ...(typeof hint === 'string' && { hint }),
    ...(typeof code === 'string' && { code }),
  };
}
