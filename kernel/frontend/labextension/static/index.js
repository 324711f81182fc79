// The plugins: the language, and live figures.

import { figures } from "./figures.js";
import { language } from "./language.js";

// `packageOf` gives a package of JupyterLab's by its name.
export default async function plugins(packageOf) {
  return Promise.all([language(packageOf), figures(packageOf)]);
}
