import { createTheme, type MantineColorsTuple } from '@mantine/core';

/** Iron-gall ink, from wash to pen: the one accent. Red and green are kept for verdicts. */
const ink: MantineColorsTuple = [
  '#eef3fa',
  '#dbe5f3',
  '#c3d4ec',
  '#a9c4ee',
  '#7f9fcc',
  '#5a7dae',
  '#3d6193',
  '#2a4c7c',
  '#1b3a63',
  '#10284a',
];

/** The look in Mantine's terms; what Mantine does not name stands in `console.css`. */
export const theme = createTheme({
  colors: { ink },
  primaryColor: 'ink',
  primaryShade: { light: 8, dark: 3 },
  autoContrast: true,
  luminanceThreshold: 0.4,
  defaultRadius: 2,
  fontFamily: 'var(--sans)',
  fontFamilyMonospace: 'var(--mono)',
  headings: { fontFamily: 'var(--serif)', fontWeight: '480' },
  respectReducedMotion: true,
  focusRing: 'auto',
  cursorType: 'pointer',
});
