import type { Route } from '../route.ts';
import { checkRoutes } from './checks.ts';
import { evidenceRoutes } from './evidence.ts';
import { isccRoutes } from './iscc.ts';
import { jobRoutes } from './jobs.ts';
import { keyRoutes } from './keys.ts';
import { mediaRoutes } from './media.ts';
import { registryRoutes } from './registry.ts';
import { workRoutes } from './works.ts';

/** Every route of the API. */
export const routes: readonly Route[] = [
  ...workRoutes,
  ...checkRoutes,
  ...mediaRoutes,
  ...evidenceRoutes,
  ...isccRoutes,
  ...jobRoutes,
  ...registryRoutes,
  ...keyRoutes,
];
