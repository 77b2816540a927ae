import '../styles/index.css';
import './gallery.css';
import { createRoot } from 'react-dom/client';
import { ErrorBoundary } from '../ui/ErrorBoundary';
import { rememberLobbySeen } from '../ui/settings';
import { scenes } from './scenes';

const root = document.getElementById('root');
const query = new URLSearchParams(location.search);
const scene = scenes[query.get('scene') ?? ''];
const theme = query.get('theme');
if (theme) document.documentElement.dataset.theme = theme;

rememberLobbySeen();
if (root) createRoot(root).render(scene ? <ErrorBoundary>{scene()}</ErrorBoundary> : <Index />);

function Index() {
  return (
    <main className="gallery">
      <h1>Gallery</h1>
      <p>Every screen in every state, without a server. Add &amp;theme=dark to an address for the dark one.</p>
      <ul>
        {Object.keys(scenes).map((name) => (
          <li key={name}>
            <a href={`?scene=${name}`}>{name}</a>
          </li>
        ))}
      </ul>
    </main>
  );
}
