import './styles/index.css';
import { createSightline } from '@sightline/sdk';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './App';
import { ErrorBoundary } from './ui/ErrorBoundary';

const root = document.getElementById('root');
if (!root) throw new Error('index.html has no #root');

createRoot(root).render(
  <StrictMode>
    <ErrorBoundary>
      <App sightline={createSightline()} />
    </ErrorBoundary>
  </StrictMode>,
);
