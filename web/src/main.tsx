import '@mantine/core/styles.css';
import '@mantine/dropzone/styles.css';
import './theme/fonts.css';
import './theme/console.css';
import './theme/parts.css';
import './theme/match.css';
import { MantineProvider } from '@mantine/core';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app.tsx';
import { theme } from './theme/theme.ts';

createRoot(document.getElementById('root')!).render(
  <StrictMode>
    <MantineProvider theme={theme} defaultColorScheme="auto">
      <App />
    </MantineProvider>
  </StrictMode>,
);
