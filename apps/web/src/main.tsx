import { render } from 'preact';
import './ui/theme.css';
import { createApp } from './create-app.js';
import { loadView } from './lazy-view.js';
import { PageRoot } from './page-root.js';
import { startPreferences } from './ui/preferences.js';

/** This file is `<prefix>/assets/….js` when built and `/src/main.tsx` in development: either way the page lies one folder up. */
const prefix = new URL(/* @vite-ignore */ '..', import.meta.url).pathname;
const root = document.getElementById('page');

startPreferences(window);
const app = createApp(prefix, window);
void app.session.read();
// The view comes while the server says who one is, not after.
const { view } = app.router.route.peek();
if (view !== 'home' && view !== 'notFound') void loadView(view);
if (root !== null) render(<PageRoot app={app} />, root);
